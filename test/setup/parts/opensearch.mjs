import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

const VERSION = '2.19.1'
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.smelt</groupId><artifactId>opensearch</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.opensearch</groupId><artifactId>opensearch</artifactId><version>${VERSION}</version></dependency>
    <dependency><groupId>org.opensearch.plugin</groupId><artifactId>transport-netty4-client</artifactId><version>${VERSION}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>2.21.0</version></dependency>
  </dependencies>
</project>
`

const MAIN = `import java.util.*;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.*;
import org.opensearch.plugins.Plugin;

/** One node of OpenSearch in this process: home folder, HTTP port, transport port. */
public class Main {
  static class Embedded extends Node {
    Embedded(Settings settings, Collection<Class<? extends Plugin>> plugins) {
      super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "smelt"), plugins, false);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.builder()
        .put("path.home", arguments[0])
        .put("http.port", arguments[1])
        .put("transport.port", arguments[2])
        .put("network.host", "127.0.0.1")
        .put("discovery.type", "single-node")
        .put("cluster.name", "smelt")
        .put("node.name", "smelt")
        .put("transport.type", "netty4")
        .put("http.type", "netty4")
        .put("cluster.routing.allocation.disk.threshold_enabled", false)
        .build();
    new Embedded(settings, List.of(org.opensearch.transport.Netty4Plugin.class)).start();
    Thread.currentThread().join();
  }
}
`

/** A real search engine: the jars of OpenSearch, run with the machine's Java. */
export default {
  name: 'opensearch',
  version: VERSION,
  needs: 'Java 17 and Maven',
  covers: 'delivering alerts to a real Elasticsearch or OpenSearch',
  enable: 'install a JDK 17 or newer and Maven, then run npm test again',
  async install(folder) {
    await run('java', ['-version'])
    await writeFile(path.join(folder, 'pom.xml'), POM)
    await writeFile(path.join(folder, 'Main.java'), MAIN)
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], { cwd: folder })
    await rm(path.join(folder, 'target'), { recursive: true, force: true })
    await mkdir(path.join(folder, 'classes'))
    await run('javac', ['-cp', 'lib/*', '-d', 'classes', 'Main.java'], { cwd: folder })
  },
}
