import type { Located } from '#spec'
import { isReserved, type Problems } from './context.ts'

/** A column of a table with the name it had before, where it says so. */
export interface Renamed {
  readonly name: string
  readonly was?: Located<string>
}

/** Reports former names that cannot be: of columns that are still there, of columns that are ours, and claimed twice. */
export function checkRenames(columns: readonly Renamed[], layer: 'silver' | 'gold', problems: Problems): void {
  const claimed = new Map<string, string>()
  for (const { name, was } of columns) {
    if (was === undefined) continue
    const other = claimed.get(was.value)
    const because = columns.some((each) => each.name === was.value)
      ? `\`${was.value}\` is still a column of the table`
      : isReserved(was.value, layer)
        ? `\`${was.value}\` is a column that Smelt itself keeps`
        : other && `\`${other}\` says so too`
    if (because === undefined) claimed.set(was.value, name)
    else problems.add('plan/bad-rename', { column: name, was: was.value, because }, was)
  }
}

/** The former name as the plan keeps it. */
export function formerName(was: Located<string> | undefined): { readonly was?: string } {
  return was === undefined ? {} : { was: was.value }
}
