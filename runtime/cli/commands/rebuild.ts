import { InvalidArgumentError, Option } from 'commander'
import type { RowDifference, TableDifference } from '#engine'
import { countText } from '#telemetry'
import type { CliCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { holdInstance, namedInstance } from '../instance/hold-instance.ts'
import { tableText } from '../table-text.ts'

/** What became of the tables of an instance. */
interface RebuildReport {
  readonly instance: string
  readonly outcome: 'rebuilt' | 'to-rebuild'
  readonly checkpoint?: number
  readonly tables: readonly TableDifference[]
}

/** `smelt rebuild` */
export const rebuild: CliCommand = {
  usage: 'rebuild <instance> [tables...]',
  summary: 'work silver and gold out anew from bronze, and swap the tables at once',
  details:
    'Runs the records in bronze through the pipeline as its files say today, beside the live tables, shows what differs ' +
    'and swaps all tables in one checkpoint; the next run goes on from there. Names tables as `devices` or ' +
    '`silver.devices`; without names, all silver and gold tables. A silver table takes along all tables of its source. ' +
    'Readers see the old rows until the swap, bronze is only read. A pipeline that changed since it last ran is taken ' +
    'over with it, by the rules of `apply`.',
  options: [
    new Option('--dry-run', 'show what would differ, and change nothing'),
    new Option('--show <rows>', 'show that many rows of each kind that differ').argParser(rowsOf),
  ],
  examples: [
    ['smelt rebuild acme/inventory-compliance --dry-run --show 5', 'shows what a rebuild would change, with rows'],
    ['smelt rebuild acme/inventory-compliance fleet_health', 'rebuilds one gold table'],
  ],
  async run(call) {
    const { host, globals, args, flag, text } = call
    const report = await holdInstance(
      host,
      namedInstance(call),
      async ({ instance, store, options }): Promise<RebuildReport> => {
        const { checkChange, findRebuild, rebuildTables } = await import('#engine')
        const change = await findRebuild(store, instance.plan, args.slice(1))
        checkChange(change)
        let tables: readonly TableDifference[] = []
        const decide = (found: readonly TableDifference[]): boolean => {
          tables = found
          return !flag('dryRun')
        }
        const samples = Number(text('show') ?? 0)
        const { checkpoint } = await rebuildTables({ ...options, decide, samples }, change)
        const known = { instance: instance.name, tables }
        if (checkpoint === undefined) return { ...known, outcome: 'to-rebuild' }
        return { ...known, outcome: 'rebuilt', checkpoint: checkpoint.id }
      },
    )
    host.stdout.write(globals.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report))
    return EXIT.fine
  },
}

const COLUMNS = ['rows before', 'rows after', 'added', 'removed', 'changed']

function reportText({ instance, outcome, checkpoint, tables }: RebuildReport): string {
  const done = outcome === 'rebuilt' ? `rebuilt, as checkpoint ${checkpoint ?? ''}` : 'to be rebuilt'
  const rows = tables.map(({ table, before, after, added, removed, changed }) => [
    table,
    ...[before, after, added, removed, changed].map(countText),
  ])
  const table = tableText([{ name: 'table' }, ...COLUMNS.map((name) => ({ name, right: true }))], rows)
  const samples = tables.flatMap((each) => each.samples.map((sample) => sampleText(each.table, sample)))
  return `${instance}: ${done}\n\n${table}${samples.length === 0 ? '' : `\n${samples.join('')}`}`
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

/** The value of `--show`, which stays text as all options are. */
function rowsOf(value: string): string {
  if (/^[1-9]\d{0,3}$/.test(value)) return value
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999.')
}
