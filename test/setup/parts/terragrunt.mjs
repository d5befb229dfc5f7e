import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

const MODULE = 'github.com/gruntwork-io/terragrunt'
const VERSION = 'v1.1.3'

/**
 * Terragrunt, built from its Go module. `go install` refuses a module with replacements, so a module of our own, which
 * repeats them, requires it.
 */
export default {
  name: 'terragrunt',
  version: VERSION.slice(1),
  needs: 'Go 1.26 or newer',
  covers: 'the stacks and units of terragrunt/ with the real Terragrunt',
  enable: 'install Go 1.26 or newer, then run npm test again',
  async install(folder) {
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' }
    await run('go', ['mod', 'download', `${MODULE}@${VERSION}`], { env })
    const cache = (await run('go', ['env', 'GOMODCACHE'], { env })).trim()
    const theirs = path.join(cache, 'cache', 'download', ...MODULE.split('/'), '@v', `${VERSION}.mod`)
    const source = path.join(folder, 'source')
    await mkdir(source)
    await writeFile(path.join(source, 'go.mod'), requiring(await readFile(theirs, 'utf8')))
    await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', path.join(folder, 'terragrunt'), MODULE], {
      env,
      cwd: source,
    })
    await rm(source, { recursive: true })
  },
}

/** Terragrunt's own `go.mod`, made into that of a module that requires Terragrunt. */
function requiring(text) {
  return `${text.replace(`module ${MODULE}\n`, 'module smelt.test/terragrunt\n')}\nrequire ${MODULE} ${VERSION}\n`
}
