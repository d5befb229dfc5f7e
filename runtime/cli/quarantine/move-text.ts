import type { Counts, MoveReport } from '#engine'
import { countText } from '#telemetry'
import { countsText, total } from '../accounting-text.ts'

/** What a move did, or would do, as lines. */
export function moveText(instance: string, report: MoveReport, { dryRun }: { readonly dryRun: boolean }): string {
  const { action, selected, moved } = report
  const verb = action === 'replay' ? 'replayed' : 'discarded'
  const done = dryRun ? `to be ${verb}` : verb
  const lines = [
    `${instance}: ${countText(total(moved))} of ${countText(selected)} rows ${done}`,
    ...named('left quarantine', moved, dryRun ? 'would leave quarantine' : undefined),
    ...Object.entries(report.silver).flatMap(([table, account]) => {
      const parts = [
        ...part(account.rows, `row${account.rows === 1 ? '' : 's'} in silver.${table}`),
        ...part(account.deduplicated, 'deduplicated'),
        ...part(total(account.filtered), 'filtered'),
      ]
      return parts.length === 0 ? [] : [`  ${parts.join(', ')}`]
    }),
    ...Object.entries(report.refused).map(([table, counts]) => `  refused anew by ${table}: ${countsText(counts)}`),
    ...named('stay as they are', report.stayed),
    ...named('stay, as silver has them and gold could not take them (`smelt rebuild` judges them again)', report.final),
    ...Object.entries(report.samples).flatMap(([table, rows]) =>
      rows.map((row) => {
        const values = Object.entries(row).map(([name, value]) => `${name}: ${value ?? 'null'}`)
        return `  + silver.${table}  ${values.join(', ')}`
      }),
    ),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function part(count: number, what: string): string[] {
  return count === 0 ? [] : [`${countText(count)} ${what}`]
}

function named(what: string, counts: Counts, instead = what): string[] {
  return total(counts) === 0 ? [] : [`  ${instead}: ${countsText(counts)}`]
}
