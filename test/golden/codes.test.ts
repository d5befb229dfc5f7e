import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CODES, codeEntry, exampleDiagnostic, jsonReporter, terminalReporter, type Code } from '#diagnostics'
import { smelt } from '../cli/support/buffer-host.ts'
import { BASE, readGoldenCase, reportOf, type GoldenCase } from '../support/golden-case.ts'

/**
 * One golden case per code, in `test/golden/<area>/error-<name>`: the least that provokes the code and what is then
 * printed, which is also what the error pages and `smelt explain-code` show.
 */
const HOW = (code: string, folder: string): string => `\`${code}\` has no golden case. To add it:
  1. A code of files of a project: write ${folder}/input.diff, the change of test/golden/diagnostics/base that provokes it.
     A code of a command: write ${folder}/case.txt with the line \`$ smelt <arguments>\`.
     A code that only a running system gives: add \`example: { <its parameters> }\` to its entry in runtime/diagnostics/codes,
     and a test that provokes it and names it.
  2. UPDATE_GOLDEN=1 npx vitest run test/golden/codes.test.ts, then read what was written as a user would.
  3. npm run generate`

/**
 * Codes that stand for a fault nobody has made happen in a test yet; an entry that is not needed is a failure. This one guards
 * against a schema that our own reader takes and the reference does not, of which none is known.
 */
const UNPROVOKED: readonly string[] = ['contract/not-usable']

const root = import.meta.dirname
const tests = path.join(root, '..')
const update = process.env['UPDATE_GOLDEN'] !== undefined
const codes = Object.keys(CODES) as Code[]

const folderOf = (code: string): string => path.join('test/golden', code.replace('/', '/error-'))
const absolute = (code: string): string => path.join(root, code.replace('/', '/error-'))

function provocation(code: Code): GoldenCase | undefined {
  const folder = absolute(code)
  const given = existsSync(folder) && readdirSync(folder).some((name) => !name.startsWith('expected.'))
  return given ? readGoldenCase(folder) : undefined
}

/** What the command of a case prints, on real files in a folder of its own. */
async function output({ files, env, command = [] }: GoldenCase): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'smelt-golden-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [file, text] of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
  }
  const { code, out, err } = await smelt(command, {
    folder,
    temporaryFolder: path.join(folder, 'temporary'),
    variables: Object.fromEntries(env),
  })
  const printed = `${out}${err}`.replaceAll(folder, '<project>')
  return `$ smelt ${command.join(' ')}\n${printed}exit code ${code}\n`
}

/** The codes that a printed text shows. */
function shown(text: string): string[] {
  return [...text.matchAll(/^(?:error|warning|info)\[([a-z-]+\/[a-z0-9-]+)\]/gm)].map(([, code = '']) => code)
}

/** The golden cases as a module of the product. */
function examplesModule(codes: readonly Code[]): string {
  const text = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  const literal = (value: string): string => `\`${value.replace(/[`\\]|\$\{/g, '\\$&')}\``
  const example = (code: Code): string => {
    const printed = text(path.join(absolute(code), 'expected.txt'))
    const diff = text(path.join(absolute(code), 'input.diff'))
    const about = text(path.join(absolute(code), 'case.txt')).replace(/^\$ .*\n/m, '')
    const input = `${about}${diff}`
    const fields = { ...(input === '' ? {} : { input }), printed }
    const lines = Object.entries(fields).map(([name, value]) => `    ${name}: ${literal(value)},\n`)
    return `  '${code}': {\n${lines.join('')}  },\n`
  }
  const project = [...readGoldenCase(BASE).files].sort().map(([file, content]) => `  '${file}': ${literal(content)},\n`)
  return [
    '// Written by `UPDATE_GOLDEN=1 npx vitest run test/golden/codes.test.ts` from the golden cases. Do not edit.\n\n',
    `/** The sound project that the examples change. */\nexport const PROJECT = {\n${project.join('')}}\n\n`,
    `/** The golden case of each code. */\nexport const EXAMPLES = {\n${[...codes].sort().map(example).join('')}}\n`,
  ].join('')
}

function compare(file: string, actual: string): void {
  if (update) {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, actual)
  }
  expect(actual).toBe(existsSync(file) ? readFileSync(file, 'utf8') : undefined)
}

describe('golden case of each code', () => {
  it.each(codes)('%s', async (code) => {
    const given = provocation(code)
    const example = exampleDiagnostic(code)
    if (given === undefined && example === undefined) expect.fail(HOW(code, folderOf(code)))
    expect(given !== undefined && example !== undefined, 'a code that is provoked needs no example').toBe(false)
    if (given === undefined) {
      const problems = example === undefined ? [] : [example]
      compare(path.join(absolute(code), 'expected.txt'), terminalReporter()(problems, new Map()))
      compare(path.join(absolute(code), 'expected.json'), jsonReporter(problems, new Map()))
      return
    }
    const printed = given.command === undefined ? reportOf(given) : await output(given)
    expect(
      [...new Set(shown(printed))],
      `the case shows \`${code}\` and nothing else; it printed:\n${printed}`,
    ).toEqual([code])
    compare(path.join(absolute(code), 'expected.txt'), printed)
  })

  it('is what the product shows as the example', () => {
    const file = path.join(root, '../../runtime/diagnostics/golden-examples.ts')
    const text = examplesModule(codes.filter((code) => existsSync(absolute(code))))
    if (update) writeFileSync(file, text)
    expect(readFileSync(file, 'utf8'), 'run UPDATE_GOLDEN=1 npx vitest run test/golden/codes.test.ts').toBe(text)
  })

  it('stands for a code that exists', () => {
    const cases = readdirSync(root, { withFileTypes: true })
      .filter((each) => each.isDirectory())
      .flatMap(({ name: area }) => readdirSync(path.join(root, area)).map((name) => `${area}/${name}`))
      .flatMap((name) => (name.includes('/error-') ? [name.replace('/error-', '/')] : []))
    expect(cases.filter((code) => !Object.hasOwn(CODES, code))).toEqual([])
  })

  it('is no substitute for a test of the real thing', () => {
    const sources = readdirSync(tests, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|json)$/.test(file) && !/^golden\/([a-z]+\/error-|codes)|^diagnostics\//.test(file))
      .map((file) => readFileSync(path.join(tests, file), 'utf8'))
    const claimed = codes.filter((code) => codeEntry(code).example !== undefined)
    const untested = claimed.filter((code) => !sources.some((text) => text.includes(code)))
    expect(
      untested.filter((code) => !UNPROVOKED.includes(code)),
      'codes with an `example` that no test names: add a test that provokes each',
    ).toEqual([])
    expect(
      UNPROVOKED.filter((code) => !untested.includes(code as Code)),
      'codes that are provoked by now: take them out of UNPROVOKED',
    ).toEqual([])
  })
})
