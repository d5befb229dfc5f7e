import type { Named } from './nodes.ts'
import type { SourceText } from './yaml/source-text.ts'
import type { YamlEntry } from './yaml/tree.ts'

/**
 * The entries of one file that mean the same for every tenant: they hold no placeholder and nothing is wrong with them.
 * Whoever reads a file several times reads these once. What was read lies at the entry itself: a map with objects for
 * keys is dear to the garbage collector.
 */
export class SettledEntries {
  private readonly placeholders: readonly number[]

  constructor({ text }: Pick<SourceText, 'text'>) {
    const found: number[] = []
    for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', at + 2)) found.push(at)
    this.placeholders = found
  }

  /** What `kind` read at `entry`, if that was kept. */
  get<T>({ settled }: YamlEntry, kind: object): Named<T> | undefined {
    // What was kept for a kind is what that kind read; no type can follow a kind through the tree.
    return settled?.kind === kind ? (settled.named as Named<T>) : undefined
  }

  /** Keeps what `kind` read at `entry` without finding a fault, if it means the same for every tenant. */
  keep(entry: YamlEntry, kind: object, named: Named<unknown>): void {
    const { start, end } = entry.value.span
    if (this.placeholders.some((at) => at >= start.offset && at < end.offset)) return
    entry.settled = { kind, named }
  }
}
