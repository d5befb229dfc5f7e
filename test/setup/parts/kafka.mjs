import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.smelt</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.2.0</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>4.2.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`

/** A real Kafka broker: the jars of Kafka 4.2.0, run with the machine's Java. */
export default {
  name: 'kafka',
  version: '4.2.0',
  needs: 'Java 17 and Maven',
  covers: 'reading from and writing to a real Kafka broker',
  enable: 'install a JDK 17 or newer and Maven, then run npm test again',
  async install(folder) {
    await run('java', ['-version'])
    await writeFile(path.join(folder, 'pom.xml'), POM)
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], { cwd: folder })
    await rm(path.join(folder, 'target'), { recursive: true, force: true })
  },
}
