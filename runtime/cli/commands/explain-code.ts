import { codeEntry, CODES, nearestMatch, smeltError, type Code } from '#diagnostics'
import type { CliCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'

/** `smelt explain-code` */
export const explainCode: CliCommand = {
  usage: 'explain-code [code]',
  summary: 'say what a code means, why it is a problem and what to do',
  details:
    'Codes stand in messages, in the `code` column of quarantine tables and in JSON output. Without one, lists all.',
  examples: [
    ['smelt explain-code record/late', 'explains one code'],
    ['smelt explain-code', 'lists all of them'],
  ],
  run({ host, globals, args: [code] }) {
    if (code !== undefined && !isCode(code)) {
      throw smeltError('cli/unknown-code', { code, nearest: nearestMatch(code, Object.keys(CODES)) })
    }
    const explained = (code === undefined ? Object.keys(CODES).filter(isCode) : [code]).map(explain)
    if (globals.json) host.stdout.write(`${JSON.stringify(code === undefined ? explained : explained[0], null, 2)}\n`)
    else if (code === undefined) host.stdout.write(explained.map((each) => `${each.code}: ${each.title}\n`).join(''))
    else host.stdout.write(explained.map(textOf).join(''))
    return Promise.resolve(EXIT.fine)
  },
}

type Explained = ReturnType<typeof explain>

function isCode(text: string): text is Code {
  return Object.hasOwn(CODES, text)
}

function explain(code: Code) {
  const { title, severity, domain, retry, why, fix, since } = codeEntry(code)
  // A fix with values in it can only be told where it happens.
  return { code, title, severity, domain, retry, why, fix: typeof fix === 'string' ? fix : null, since }
}

function textOf({ code, title, severity, domain, retry, why, fix, since }: Explained): string {
  const lines = [
    `${code}: ${title}`,
    `  severity: ${severity}`,
    `  who can mend it: ${{ user: 'you, in your files or input', external: 'whoever runs the system underneath', internal: 'Smelt' }[domain]}`,
    `  retry: ${{ never: 'does not help', backoff: 'later', refresh: 'after reading again' }[retry]}`,
    `  why: ${why}`,
    ...(fix === null ? [] : [`  help: ${fix}`]),
    `  since: ${since}`,
  ]
  return `${lines.join('\n')}\n`
}
