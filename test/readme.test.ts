import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsePipeline } from '#spec'
import { PACKAGE_FOLDER, smelt } from './cli/support/buffer-host.ts'
import { runSmelt } from './cli/support/child.ts'
import { temporaryFolder } from './cli/support/project.ts'

const FILE = path.join(PACKAGE_FOLDER, 'README.md')
const README = readFileSync(FILE, 'utf8')
const SMELT = 'npm run -s smelt -- '

/** The content of every block of one language. */
function blocks(language: string): string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1] ?? '')
}

/** Shell commands without their remarks. */
const commands = blocks('sh').flatMap((block) =>
  block
    .split('\n')
    .map((line) => line.replace(/\s+# .*$/, '').trim())
    .filter((line) => line !== ''),
)

/** The words of a command, with double quotes as the shell takes them. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
}

/** Of quarantine, the codes that most records have. */
const FIRST_CODES = 3

/** What of the demo's output the page shows: the tables of one tenant, its books, its violations and its quarantine. */
function excerpt(output: string): string {
  const lines = output.split('\n')
  const shown = (from: string, keep: (line: string) => boolean): string[] => {
    const start = lines.indexOf(from)
    const end = lines.findIndex((line, index) => index > start + 2 && line === '')
    return lines.slice(start, end).filter((line, index) => index < 4 || keep(line))
  }
  const quarantine = 'acme.quarantine.inventory-compliance, by code with the first of each'
  const violations = 'Violations of policy rules, and who was told'
  const books = lines.slice(lines.indexOf('acme/inventory-compliance'))
  return [
    ...shown('Tables', (line) => line.startsWith('acme.')).slice(2),
    '',
    ...books.slice(0, books.indexOf('')),
    '',
    ...shown(violations, (line) => line.startsWith('acme ')).slice(2),
    '',
    ...shown(quarantine, () => true).slice(0, 4 + FIRST_CODES),
    '',
  ].join('\n')
}

/** What must be equal at every run; snapshots, files and their sizes are not. */
function stable(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('table ') && !line.startsWith('---'))
    .map((line) => line.replace(/\s+\d+\s+[\d.]+ [KM]iB\s+\d+\s/, ' ').replace(/\s+/g, ' '))
}

describe('README', () => {
  it('has a demo whose output is the one it shows, and commands to look around that work', async () => {
    const folder = temporaryFolder()
    expect(commands[0]).toBe('npm run demo')
    const demo = await runSmelt(['demo'], { folder })
    expect(demo.err).toBe('')
    expect(demo.code).toBe(0)
    const real = excerpt(demo.out)
    if (process.env['SMELT_UPDATE_README'] === '1') {
      writeFileSync(
        FILE,
        README.replace(/^```text\n[^]*?^```$/m, () => `\`\`\`text\n${real}\`\`\``),
      )
      return
    }
    // After a change that is meant: SMELT_UPDATE_README=1 npx vitest run test/readme.test.ts
    expect(stable(blocks('text')[0] ?? '')).toEqual(stable(real))
    const around = commands.filter((each) => each.endsWith('--project .smelt/demo'))
    expect(around.length).toBeGreaterThanOrEqual(3)
    for (const each of around) {
      const result = await runSmelt(wordsOf(each.slice(SMELT.length)), { folder })
      expect({ each, err: result.err, code: result.code }).toEqual({ each, err: '', code: 0 })
      expect(result.out.length).toBeGreaterThan(100)
    }
    // So do those that the demo itself proposes.
    const proposed = demo.out.split('\n').filter((line) => line.startsWith('  npx smelt '))
    expect(proposed).toHaveLength(4)
    for (const each of proposed) {
      const result = await runSmelt(wordsOf(each.trim().slice('npx smelt '.length)), { folder })
      expect({ each, err: result.err, code: result.code }).toEqual({ each, err: '', code: 0 })
    }
  }, 240_000)

  it('names commands that there are', async () => {
    const { scripts } = JSON.parse(readFileSync(path.join(PACKAGE_FOLDER, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    for (const each of commands) {
      const [, script] = /^npm (?:run (?:-s )?)?([a-z]+)/.exec(each) ?? []
      expect(Object.keys(scripts)).toContain(script)
    }
    for (const each of commands.filter((line) => line.startsWith(SMELT))) {
      const [name = ''] = wordsOf(each.slice(SMELT.length))
      expect((await smelt(name === '--help' ? [name] : [name, '--help'])).code, each).toBe(0)
    }
    expect((await smelt(['explain-code', 'record/late'])).code).toBe(0)
    expect((await smelt(['check'])).code).toBe(0)
  })

  it('shows a pipeline that means something', () => {
    const [text = ''] = blocks('yaml')
    const file = 'pipelines/temperatures/pipeline.yaml'
    const { node, diagnostics } = parsePipeline({ file, text, env: () => undefined, params: new Map() })
    expect(diagnostics).toEqual([])
    expect(node?.name.value).toBe('temperatures')
  })

  it('links to what is there, and fits', () => {
    const links = [...README.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? '')
    expect(links.filter((link) => !existsSync(path.join(PACKAGE_FOLDER, link)))).toEqual([])
    expect(README.split('\n').length).toBeLessThan(110)
  })
})
