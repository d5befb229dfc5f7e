import { rm } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

const VERSION = '0.0.4'

/** Checks Kubernetes objects against the schemas of Kubernetes itself, without a cluster: kubectl-validate, built from its Go module. */
export default {
  name: 'kubectl-validate',
  version: VERSION,
  needs: 'Go',
  covers: 'rendered Kubernetes objects against the schemas of Kubernetes',
  enable: 'install Go 1.24 or newer, then run npm test again',
  async install(folder) {
    const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '' }
    await run('go', ['install', '-ldflags', '-s -w', `sigs.k8s.io/kubectl-validate@v${VERSION}`], { env })
    await rm(path.join(folder, 'pkg'), { recursive: true, force: true })
  },
}
