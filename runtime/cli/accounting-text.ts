import type { Accounting, Counts } from '#engine'
import { countText } from '#telemetry'

/**
 * The books as equations, one per silver table: what was read of its source, and what became of each record. A line
 * that does not close says so.
 */
export function accountingText(books: Accounting, indent = ''): string {
  const lines = Object.entries(books.sources).flatMap(([source, account]) => [
    `${source}: ${countText(account.consumed)} consumed = ${countText(account.consumed)} in bronze.${source}`,
    ...Object.entries(account.silver).map(([table, silver]) => {
      const refused = total(account.quarantined) + total(silver.quarantined)
      const discarded = total(account.discarded ?? {}) + total(silver.discarded ?? {})
      const parts = [
        `${countText(silver.rows)} in silver.${table}`,
        `${countText(refused)} quarantined`,
        `${countText(silver.deduplicated)} deduplicated`,
        `${countText(total(silver.filtered))} filtered`,
        ...(discarded === 0 ? [] : [`${countText(discarded)} discarded`]),
      ]
      const sum = silver.rows + refused + silver.deduplicated + total(silver.filtered) + discarded
      const verdict = sum === account.consumed ? '' : `  DOES NOT CLOSE: the parts are ${countText(sum)}`
      return `${countText(account.consumed)} in bronze.${source} = ${parts.join(' + ')}${verdict}`
    }),
  ])
  const late = Object.entries(books.gold).flatMap(([table, { quarantined }]) =>
    total(quarantined) === 0 ? [] : [`gold.${table} could not take ${countsText(quarantined)}; silver keeps them`],
  )
  return [...lines, ...late].map((line) => `${indent}${line}\n`).join('')
}

/** `142 record/late, 3 record/overflow` */
export function countsText(counts: Counts): string {
  return Object.entries(counts)
    .map(([code, count]) => `${countText(count)} ${code}`)
    .join(', ')
}

/** Of all codes. Not the engine's own, which would load it with every command. */
export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, rows) => sum + rows, 0)
}
