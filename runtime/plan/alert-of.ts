import type { AlertPlan, GoldPlan } from './types.ts'

/** The alert of a gold table: only tables whose rows stay as they are have one. */
export function alertOf(table: GoldPlan): AlertPlan | undefined {
  return table.kind === 'latest' ? undefined : table.alert
}
