import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

const VERSION = '2.9.1'

/** The JSON Schema of Compose files, as the library that reads them for `docker compose` carries it. */
export default {
  name: 'compose-schema',
  version: VERSION,
  needs: 'Go',
  covers: 'docker/compose.yaml against the schema of the Compose specification',
  enable: 'install Go 1.24 or newer, then run npm test again',
  async install(folder) {
    const env = { ...process.env, GOFLAGS: '' }
    const module = `github.com/compose-spec/compose-go/v2@v${VERSION}`
    // Outside of any module, so that the one that is asked for is all that is looked at.
    const told = await run('go', ['mod', 'download', '-json', module], { env, cwd: folder })
    const { Dir } = JSON.parse(told)
    await copyFile(path.join(Dir, 'schema', 'compose-spec.json'), path.join(folder, 'compose-spec.json'))
  },
}
