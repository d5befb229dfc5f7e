import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

const MODULE = 'github.com/gruntwork-io/terragrunt'
const VERSION = '1.1.3'

/** Terragrunt, built from its Go module. */
export default {
  name: 'terragrunt',
  version: VERSION,
  needs: 'Go 1.26, and some minutes of it',
  covers: 'the stacks and units of terragrunt/ with the real Terragrunt',
  enable: 'install Go 1.26 or newer, then run npm test again',
  async install(folder) {
    const source = path.join(folder, 'source')
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' }
    await mkdir(source)
    await run('go', ['mod', 'download', `${MODULE}@v${VERSION}`], { env })
    const cache = (await run('go', ['env', 'GOMODCACHE'], { env })).trim()
    const theirs = path.join(cache, 'cache', 'download', ...MODULE.split('/'), '@v', `v${VERSION}.mod`)
    await writeFile(path.join(source, 'go.mod'), requiring(await readFile(theirs, 'utf8')))
    const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', path.join(folder, 'terragrunt'), MODULE]
    await run('go', args, { env, cwd: source })
    await rm(source, { recursive: true })
  },
}

/**
 * Terragrunt's own `go.mod`, made into that of a module that requires Terragrunt: `go install` refuses a module with
 * replacements, and elsewhere than in the main module they do not count.
 */
function requiring(text) {
  return `${text.replace(`module ${MODULE}\n`, 'module smelt.test/terragrunt\n')}\nrequire ${MODULE} v${VERSION}\n`
}
