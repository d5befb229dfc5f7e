import { InvalidArgumentError, Option } from 'commander'
import { CODES, nearestMatch, smeltError } from '#diagnostics'
import type { RefusedFilter } from '#engine'
import type { Plan } from '#plan'
import type { Call } from '../command.ts'

/** The options that say which rows of quarantine are meant. */
export const FILTER_OPTIONS: readonly Option[] = [
  new Option('--code <codes>', 'only these codes, with commas between them'),
  new Option('--source <source>', 'only records of this source'),
  new Option('--table <table>', 'only what this table refused: `devices`, `gold.fleet_health`'),
  new Option(
    '--since <time>',
    'only records that the broker got at this time or later: `2026-11-20`, or RFC 3339',
  ).argParser(timeOf),
  new Option('--until <time>', 'only records that the broker got before this time').argParser(timeOf),
]

/** The filter that the options of a call make. cli/bad-usage for a code that there is not, or that is of no record. */
export function filterOf({ text }: Call, plan: Plan): RefusedFilter {
  const [codes, source, table, since, until] = ['code', 'source', 'table', 'since', 'until'].map((name) => text(name))
  return {
    ...(codes === undefined ? {} : { codes: codes.split(',').map(codeOf) }),
    ...(source === undefined ? {} : { source }),
    ...(table === undefined ? {} : { table: layeredName(plan, table) }),
    ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
  }
}

function codeOf(given: string): string {
  const known = Object.keys(CODES).filter((code) => code.startsWith('record/'))
  const name = given.trim()
  const code = name.includes('/') ? name : `record/${name}`
  if (known.includes(code)) return code
  const nearest = nearestMatch(code, known)
  const hint = nearest === undefined ? `it must be one of ${known.join(', ')}` : `did you mean \`${nearest}\`?`
  throw smeltError('cli/bad-usage', {
    detail: `\`${name}\` is no code of a record: ${hint}`,
    command: 'smelt quarantine',
  })
}

/** The table with its layer, when only one of the pipeline has the name; as given otherwise. */
function layeredName(plan: Plan, name: string): string {
  const found = [...plan.silver, ...plan.gold].filter(({ table }) => table.name === name)
  const [only] = found
  return only !== undefined && found.length === 1 ? `${only.table.layer}.${name}` : name
}

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** A day (UTC) or a time with its zone; options stay text. Throws commander's error for any other value. */
export function timeOf(value: string): string {
  if (TIME.test(value) && !Number.isNaN(Date.parse(value))) return value
  throw new InvalidArgumentError(
    'It must be a day such as 2026-11-20, or a time with its zone such as 2026-11-20T10:00:00Z.',
  )
}
