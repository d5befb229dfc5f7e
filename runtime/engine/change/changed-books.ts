import { smeltError } from '#diagnostics'
import type { Plan } from '#plan'
import {
  missing,
  total,
  type Accounting,
  type GoldAccount,
  type SilverAccount,
  type SourceAccount,
} from '../accounting.ts'
import { tableKey } from '../tables.ts'
import type { ChangeScope } from './change-scope.ts'

/**
 * The books after a change of plan: tables that stay keep their account, rebuilt ones have that of the replay, those that
 * are gone have none. A source that is no longer read keeps the number of its bronze rows. checkpoint/bronze-incomplete
 * when bronze does not hold what was read, but for what `removed` knows to have left it by source.
 */
export function changedBooks(
  books: Accounting,
  replay: Accounting,
  plan: Plan,
  scope: ChangeScope,
  removed: ReadonlyMap<string, number> = new Map(),
): Accounting {
  const sources = Object.entries(books.sources).map(([name, account]) => {
    const fresh = replay.sources[name]
    if (scope.replayed.includes(name))
      checkBronze(name, account.consumed - (removed.get(name) ?? 0), fresh?.consumed ?? 0)
    return [name, sourceBooks(name, account, fresh, plan, scope)] as const
  })
  const gold = plan.gold.flatMap(({ table }): [string, GoldAccount][] => {
    const account = (scope.rebuilt.has(tableKey(table)) ? replay : books).gold[table.name]
    return account === undefined ? [] : [[table.name, account]]
  })
  return { sources: Object.fromEntries(sources), gold: Object.fromEntries(gold) }
}

function sourceBooks(
  name: string,
  account: SourceAccount,
  fresh: SourceAccount | undefined,
  plan: Plan,
  scope: ChangeScope,
): SourceAccount {
  if (!plan.sources.some((source) => source.name === name))
    return { consumed: account.consumed, quarantined: {}, silver: {} }
  const tables = plan.silver.filter((table) => table.source === name)
  const { quarantined, discarded } = (scope.judged.has(name) ? fresh : account) ?? { quarantined: {} }
  const forgotten = refusedOf(account) - refusedOf({ quarantined, ...given(discarded) })
  const silver = tables.flatMap(({ table }): [string, SilverAccount][] => {
    const rebuilt = scope.rebuilt.has(tableKey(table))
    const found = (rebuilt ? fresh : account)?.silver[table.name]
    if (found === undefined) return []
    // Records that bronze no longer has were not replayed, and their refusals are no longer known.
    const gone = rebuilt ? account.consumed - (fresh?.consumed ?? 0) : (found.missing ?? 0) + forgotten
    return [[table.name, { ...found, ...missing(gone) }]]
  })
  return {
    consumed: account.consumed,
    quarantined,
    ...given(discarded),
    silver: Object.fromEntries(silver),
  }
}

type Refused = Pick<SourceAccount, 'quarantined' | 'discarded'>

/** Records that were refused before any table saw them, given up since or not. */
function refusedOf({ quarantined, discarded = {} }: Refused): number {
  return total(quarantined) + total(discarded)
}

function given(discarded: Refused['discarded']): Pick<Refused, 'discarded'> {
  return discarded === undefined ? {} : { discarded }
}

function checkBronze(source: string, expected: number, found: number): void {
  if (expected !== found) throw smeltError('checkpoint/bronze-incomplete', { source, expected, found })
}
