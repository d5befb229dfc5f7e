import { readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

const VERSION = '1.10.0'

/** The custom resource definitions of the Flink operator, out of the jar of its API. */
export default {
  name: 'flink-crds',
  version: VERSION,
  needs: 'a JDK and Maven',
  covers: 'rendered Flink deployments against the definitions of the Flink operator',
  enable: 'install a JDK 17 or newer and Maven, then run npm test again',
  async install(folder) {
    const artifact = `-Dartifact=org.apache.flink:flink-kubernetes-operator-api:${VERSION}`
    await run('mvn', ['-q', '-B', 'dependency:copy', artifact, `-DoutputDirectory=${folder}`], { cwd: folder })
    const jar = path.join(folder, `flink-kubernetes-operator-api-${VERSION}.jar`)
    await run('jar', ['-xf', jar, 'META-INF/fabric8'], { cwd: folder })
    const unpacked = path.join(folder, 'META-INF', 'fabric8')
    const files = (await readdir(unpacked)).filter((file) => file.endsWith('-v1.yml'))
    for (const file of files) await rename(path.join(unpacked, file), path.join(folder, file))
    for (const rest of [jar, path.join(folder, 'META-INF')]) await rm(rest, { recursive: true })
  },
}
