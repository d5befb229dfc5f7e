import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PACKAGE_FOLDER } from '../cli/support/buffer-host.ts'
import { project, temporaryFolder, write } from '../cli/support/project.ts'
import { blocksOf, mergeYaml, stable, withTexts, type Block } from './page.ts'

const DOCS = path.join(PACKAGE_FOLDER, 'docs')
/** Pages that are written by `npm run generate`, and held to it by a test of their own. */
const GENERATED = 'reference/'
/** A block that does not end by itself must not hold up all others. */
const BLOCK_MS = 300_000
/** SMELT_UPDATE_DOCS=1 puts what the commands print into the pages. */
const UPDATE = process.env['SMELT_UPDATE_DOCS'] === '1'

const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => file.endsWith('.md') && !file.startsWith(GENERATED))
  .sort()

/**
 * What a page means by its blocks, all of one page in one folder:
 *
 * - `sh`: run by a shell, line by line as a reader would paste them; `sh fails` must end with another code than 0;
 *   `sh shown` is only read. What goes to the background runs on until the page ends it, or ends. The first
 *   `sh in-project` gives the page a copy of the shipped project to work in, `sh in-project fresh` one without secrets, as
 *   a clone is.
 * - `text` after a `sh`: what that printed. `text excerpt`: lines of it, in that order.
 * - `yaml`, `json`, `csv` with a path: written there before what follows. Without a path: a part of a pipeline, put over
 *   the shipped one, which must still be without errors.
 */
describe.each(pages)('docs/%s', (name) => {
  const file = path.join(DOCS, name)
  const page = readFileSync(file, 'utf8')
  const blocks = blocksOf(page)

  it.runIf(blocks.some(({ language, words }) => language === 'sh' || words.length > 0))(
    'does what it says',
    () => {
      const sandbox = openSandbox(blocks)
      const outputs = new Map<Block, string>()
      let printed = ''
      for (const block of blocks) {
        const at = `docs/${name}:${block.line}`
        if (block.language === 'sh' && !block.words.includes('shown')) printed = sandbox.run(block, at)
        else if (block.language === 'text') check(block, printed, at, outputs)
        else if (block.words[0] !== undefined) write(sandbox.folder(), { [block.words[0]]: block.text })
      }
      if (UPDATE) writeFileSync(file, withTexts(page, outputs))
    },
    240_000,
  )

  it('shows only parts of pipelines that are right', () => {
    for (const block of blocks.filter(({ language, words }) => language === 'yaml' && words.length === 0)) {
      const folder = project()
      const over = path.join(folder, 'pipelines/inventory-compliance/pipeline.yaml')
      writeFileSync(over, mergeYaml(readFileSync(over, 'utf8'), block.text))
      const { status, stdout } = smelt(folder, ['check', 'pipelines'])
      expect({ block: `docs/${name}:${block.line}`, status, stdout }).toMatchObject({ status: 0 })
    }
  })

  it('links to what is there', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)].map((match) => match[1] ?? '')
    expect(links.filter((link) => !existsSync(path.join(path.dirname(file), link)))).toEqual([])
  })
})

/** The folder of a page, where its commands run one after the other; made when the first one needs it. */
function openSandbox(blocks: readonly Block[]) {
  const asks = (word: string): boolean =>
    blocks.some(({ language, words }) => language === 'sh' && words.includes(word))
  const folder = asks('in-project') ? project() : temporaryFolder()
  if (asks('fresh')) rmSync(path.join(folder, '.smelt', 'secrets'), { recursive: true })
  const bin = temporaryFolder()
  const shim = path.join(bin, 'smelt')
  writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${path.join(PACKAGE_FOLDER, 'bin', 'smelt.cjs')}" "$@"\n`)
  chmodSync(shim, 0o755)
  const left = temporaryFolder()
  onTestFinished(() => endJobs(path.join(left, 'jobs')))
  // A reader goes on in the folder they changed to.
  let cwd = folder
  return {
    folder: () => cwd,
    run({ text, words }: Block, at: string): string {
      const script = `set -e\ntrap 'pwd > "${left}/folder"; jobs -p >> "${left}/jobs"' EXIT\n${text}`
      const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
        cwd,
        env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, USER: 'ada' },
        encoding: 'utf8',
        timeout: BLOCK_MS,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      expect({ at, failed: status !== 0, stdout, stderr }).toMatchObject({ failed: words.includes('fails') })
      cwd = readFileSync(path.join(left, 'folder'), 'utf8').trim()
      return stdout + stderr
    },
  }
}

/** Ends what the blocks of a page left in the background: nothing, where the page came to its end. */
function endJobs(file: string): void {
  for (const pid of existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
}

/** Holds a `text` block to what was printed, or notes what it should be. */
function check(block: Block, printed: string, at: string, outputs: Map<Block, string>): void {
  const lines = printed.replace(/\n+$/, '\n')
  if (block.words.includes('excerpt')) {
    const all = stable(lines)
    const shown = stable(block.text).filter((line) => line !== '' && line !== '...')
    const found = shown.map((line) => all.indexOf(line))
    expect({ at, missing: shown.filter((_, index) => found[index] === -1), printed }).toMatchObject({ missing: [] })
    expect(found).toEqual([...found].sort((a, b) => a - b))
  } else if (UPDATE) outputs.set(block, lines)
  else expect({ at, lines: stable(block.text) }).toEqual({ at, lines: stable(lines) })
}

function smelt(folder: string, args: readonly string[]) {
  const launcher = path.join(PACKAGE_FOLDER, 'bin', 'smelt.cjs')
  return spawnSync(process.execPath, [launcher, ...args], { cwd: folder, encoding: 'utf8' })
}
