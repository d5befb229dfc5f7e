import {
  codeEntry,
  CODES,
  loadExamples,
  nearestMatch,
  smeltError,
  type AnyCodeEntry,
  type Code,
  type CodeExample,
} from '#diagnostics'
import { RETRY_HELPS, WHO_MENDS } from '../code-words.ts'
import type { CliCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'

/** `smelt explain-code` */
export const explainCode: CliCommand = {
  usage: 'explain-code [code]',
  summary: 'say what a code means, why it is a problem and what to do, with an example',
  details:
    'Codes stand in messages, in the `code` column of quarantine tables and in JSON output. Without one, lists all.',
  examples: [
    ['smelt explain-code record/late', 'explains one code'],
    ['smelt explain-code', 'lists all of them'],
  ],
  async run({ host, globals, args: [code] }) {
    if (code !== undefined && !isCode(code)) {
      throw smeltError('cli/unknown-code', { code, nearest: nearestMatch(code, Object.keys(CODES)) })
    }
    const { of } = await loadExamples()
    const explained = (code === undefined ? Object.keys(CODES).filter(isCode) : [code]).map((each) =>
      explain(each, codeEntry(each), of(each)),
    )
    if (globals.json) host.stdout.write(`${JSON.stringify(code === undefined ? explained : explained[0], null, 2)}\n`)
    else if (code === undefined) host.stdout.write(explained.map((each) => `${each.code}: ${each.title}\n`).join(''))
    else host.stdout.write(explained.map(textOf).join(''))
    return EXIT.fine
  },
}

type Explained = ReturnType<typeof explain>

function isCode(text: string): text is Code {
  return Object.hasOwn(CODES, text)
}

function explain(code: Code, entry: AnyCodeEntry, example: CodeExample) {
  const { title, severity, domain, retry, why, fix, since, deprecated } = entry
  const { input = null, printed, help } = example
  // Advice with values in it can only be told of a case.
  const advice = typeof fix === 'string' ? { fix } : { fix: null }
  const rest = { since, deprecated: deprecated ?? null, example: { input, printed, help } }
  return { code, title, severity, domain, retry, why, ...advice, ...rest }
}

function textOf({ code, title, severity, domain, retry, why, fix, since, deprecated, example }: Explained): string {
  const lines = [
    `${code}: ${title}`,
    `  severity: ${severity}`,
    `  who can mend it: ${WHO_MENDS[domain]}`,
    `  retry: ${RETRY_HELPS[retry]}`,
    `  why: ${why}`,
    fix === null ? `  help, in the example: ${example.help}` : `  help: ${fix}`,
    `  since: ${since}`,
    ...(deprecated === null ? [] : [`  deprecated: ${deprecated}`]),
    ...(example.input === null ? [] : ['', 'This change of a sound project', '', ...indented(example.input)]),
    '',
    example.input === null ? 'An example' : 'gives',
    '',
    ...indented(example.printed),
  ]
  return `${lines.join('\n')}\n`
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
}
