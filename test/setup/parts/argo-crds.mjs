import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

const VERSION = '3.1.9'

/** The custom resource definitions of Argo CD, out of its Go module. */
export default {
  name: 'argo-crds',
  version: VERSION,
  needs: 'Go',
  covers: 'rendered Argo CD objects against the definitions of Argo CD',
  enable: 'install Go 1.24 or newer, then run npm test again',
  async install(folder) {
    const env = { ...process.env, GOFLAGS: '' }
    const module = `github.com/argoproj/argo-cd/v3@v${VERSION}`
    const { Dir } = JSON.parse(await run('go', ['mod', 'download', '-json', module], { env, cwd: folder }))
    for (const file of ['applicationset-crd.yaml', 'appproject-crd.yaml'])
      await copyFile(path.join(Dir, 'manifests', 'crds', file), path.join(folder, file))
  },
}
