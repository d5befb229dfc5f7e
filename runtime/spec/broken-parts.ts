import { type Diagnostic } from '#diagnostics'
import type { Located } from './nodes.ts'
import { stepsOf, type YamlEntry, type YamlNode } from './yaml/tree.ts'

/**
 * Finds, while a file is read, the smallest named parts that hold its errors: entries that the author named, and fields
 * of nouns that can be judged without them. Of such a part the name is kept, and no value.
 */
export class BrokenParts {
  /** By the pointer of the mapping that the part stands in. */
  readonly names = new Map<string, Located<string>[]>()
  private readonly faults: readonly string[]
  /** Errors that lie in parts that were found. */
  private held = 0

  /** `faults` are the pointers of what the YAML itself has wrong. */
  constructor(faults: readonly string[]) {
    this.faults = faults
  }

  /** What `read` reads at `entry`; undefined where that has an error that is not one of a smaller part. */
  read<T>(entry: YamlEntry, diagnostics: readonly Diagnostic[], read: () => T | undefined): T | undefined {
    const [start, held] = [diagnostics.length, this.held]
    const value = read()
    if (value !== undefined && diagnostics.length === start && this.faults.length === 0) return value
    const errors = this.errorsAt(entry, diagnostics, start)
    if (value !== undefined && errors === this.held - held) return value
    this.held = held + errors
    this.keep(entry.value)
    return undefined
  }

  /** To be told of each entry of `mapping` whose name is none: it can be judged, but others may call it anything. */
  badName(mapping: YamlNode): void {
    this.held++
    this.keep(mapping)
  }

  /** Keeps that the part at `node` is not, or not wholly, known. */
  keep({ keySpan, pointer }: Pick<YamlNode, 'keySpan' | 'pointer'>): void {
    const parent = pointer.slice(0, pointer.lastIndexOf('/'))
    const name = { value: stepsOf(pointer).at(-1) ?? '', span: keySpan, pointer }
    const beside = this.names.get(parent)
    if (beside === undefined) this.names.set(parent, [name])
    else beside.push(name)
  }

  private errorsAt({ value: { pointer } }: YamlEntry, diagnostics: readonly Diagnostic[], start: number): number {
    const told = diagnostics.slice(start).filter(({ severity }) => severity === 'error')
    const faults = this.faults.filter((fault) => fault === pointer || fault.startsWith(`${pointer}/`))
    return told.length + faults.length
  }
}
