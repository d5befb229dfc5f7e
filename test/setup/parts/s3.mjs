import { rm } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

/** An S3 server whose conditional writes hold under races: versitygw, built from its Go module. */
export default {
  name: 's3',
  version: 'versitygw-1.8.0',
  needs: 'Go',
  covers: 'lakes on S3',
  enable: 'install Go 1.24 or newer, then run npm test again',
  async install(folder) {
    const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '' }
    await run('go', ['install', 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'], { env })
    await rm(path.join(folder, 'pkg'), { recursive: true, force: true })
  },
}
