import { InvalidArgumentError, Option } from 'commander'
import type { RebuildReport, RowDifference } from '#engine'
import { parseDuration } from '#spec'
import { countText } from '#telemetry'
import type { CliCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { namedInstance } from '../instance/hold-instance.ts'
import { rebuildInstance } from '../instance/rebuild-instance.ts'
import { timeOf } from '../quarantine/filter-options.ts'
import { checkHash } from '../instance/take-over.ts'
import { tableText } from '../table-text.ts'

/** `smelt rebuild` */
export const rebuild: CliCommand = {
  usage: 'rebuild <instance> [tables...]',
  summary: 'work silver and gold out anew from bronze, and swap the tables at once',
  details:
    'Runs the records in bronze through the pipeline as its files say today, beside the live tables, shows what differs ' +
    'and swaps all tables in one checkpoint; processing goes on from there. Names tables as `devices` or ' +
    '`silver.devices`; without names, all silver and gold tables. A silver table takes along all tables of its source. ' +
    'Readers see the old rows until the swap, bronze is only read. A pipeline that changed since it last ran is taken ' +
    'over with it, by the rules of `apply`. Where records have left bronze, by retention or erasure, their rows would be lost: ' +
    'that needs an approval, and a dry run shows it without one. An instance that runs ends with a checkpoint, reads nothing ' +
    'while it rebuilds, and goes on from that checkpoint; how long it paused is told. With `--since`, rows of records that the broker got before ' +
    'that time stay as they were written, and the tables become what they would be had the pipeline of today taken over then.',
  options: [
    new Option(
      '--since <time>',
      'only what the broker got at this time or later: `2026-11-20`, RFC 3339, or so long ago: `7d`',
    ).argParser(sinceOf),
    new Option('--approve <hash>', 'approve the plan with this hash for this rebuild'),
    new Option('--dry-run', 'show what would differ, and change nothing'),
    new Option('--show <rows>', 'show that many rows of each kind that differ').argParser(rowsOf),
  ],
  examples: [
    ['smelt rebuild acme/inventory-compliance --dry-run --show 5', 'shows what a rebuild would change, with rows'],
    ['smelt rebuild acme/inventory-compliance fleet_health', 'rebuilds one gold table'],
    ['smelt rebuild acme/inventory-compliance --since 7d', 'works out anew what came in the last seven days'],
  ],
  async run(call) {
    const { host, globals, args, flag, text } = call
    const opened = namedInstance(call)
    const { name } = opened.instance
    const since = text('since')
    const wanted = {
      tables: args.slice(1),
      ...(since === undefined ? {} : { sinceMs: sinceMsOf(since, host.clock()) }),
      samples: Number(text('show') ?? 0),
      dryRun: flag('dryRun'),
      approved: text('approve') !== undefined,
      command: ['smelt rebuild', ...args, ...(since === undefined ? [] : ['--since', since])].join(' '),
    }
    await checkHash(opened.instance, text('approve'))
    const onAsked = (): void => {
      if (!globals.json) host.stderr.write(`${name}: asked to pause at its next checkpoint for a rebuild\n`)
    }
    const report = await rebuildInstance(host, opened, { wanted, onAsked })
    host.stdout.write(globals.json ? reportJson(name, report) : reportText(name, report))
    return EXIT.fine
  },
}

function reportJson(instance: string, { tables, pausedMs, ...done }: RebuildReport): string {
  const paused = pausedMs === undefined ? {} : { paused_ms: pausedMs }
  return `${JSON.stringify({ instance, ...done, ...paused, tables }, null, 2)}\n`
}

const COLUMNS = ['rows before', 'rows after', 'added', 'removed', 'changed']

function reportText(instance: string, { outcome, checkpoint, tables, pausedMs }: RebuildReport): string {
  const done = outcome === 'rebuilt' ? `rebuilt, as checkpoint ${checkpoint ?? ''}` : 'to be rebuilt'
  const runs = pausedMs === undefined ? '' : `; it paused for ${(pausedMs / 1000).toFixed(1)} s, and runs on`
  const rows = tables.map(({ table, before, after, added, removed, changed }) => [
    table,
    ...[before, after, added, removed, changed].map(countText),
  ])
  const table = tableText([{ name: 'table' }, ...COLUMNS.map((name) => ({ name, right: true }))], rows)
  const samples = tables.flatMap((each) => each.samples.map((sample) => sampleText(each.table, sample)))
  return `${instance}: ${done}${runs}\n\n${table}${samples.length === 0 ? '' : `\n${samples.join('')}`}`
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const

/** One row as a line: `+` it comes, `-` it goes, `~` what differs stands as `before -> after`. */
function sampleText(table: string, { change, before, after }: RowDifference): string {
  const names = Object.keys(after ?? before ?? {})
  const values = names.map((name) => {
    const [from, to] = [before?.[name], after?.[name]].map((value) => value ?? 'null')
    return change === 'changed' && from !== to ? `${name}: ${from} -> ${to}` : `${name}: ${after ? to : from}`
  })
  return `${SIGNS[change]} ${table}  ${values.join(', ')}\n`
}

/** The value of `--since`, which stays text as all options are. */
function sinceOf(value: string): string {
  return parseDuration(value) === undefined ? timeOf(value) : value
}

function sinceMsOf(since: string, nowMs: number): number {
  const backMs = parseDuration(since)
  return backMs === undefined ? Date.parse(since) : nowMs - backMs
}

/** The value of `--show`, which stays text as all options are. */
function rowsOf(value: string): string {
  if (/^[1-9]\d{0,3}$/.test(value)) return value
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999.')
}
