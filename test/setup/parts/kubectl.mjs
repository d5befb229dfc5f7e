import { run } from '../run.mjs'

/** The kubectl of the machine, which has kustomize in it. */
export default {
  name: 'kubectl',
  version: 'of-the-machine',
  needs: 'kubectl on the path',
  covers: 'putting rendered Kubernetes files together with kustomize',
  enable: 'install kubectl 1.27 or newer, then run npm test again',
  async install() {
    await run('kubectl', ['version', '--client'])
    await run('kubectl', ['kustomize', '--help'])
  },
}
