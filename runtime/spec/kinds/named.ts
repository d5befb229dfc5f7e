import type { Named } from '../nodes.ts'
import { fieldName, reportAt, type Reading } from '../reading.ts'
import type { YamlEntry, YamlMapping } from '../yaml/tree.ts'
import type { Kind, NameRule } from './kind.ts'
import { reportWrongType } from './wrong-type.ts'

export type { NameRule } from './kind.ts'

export const TABLE_NAME: NameRule = {
  pattern: /^[a-z][a-z0-9_]{0,63}$/,
  says: 'use lower-case letters, digits and underscores, a letter first, at most 64',
}
export const COLUMN_NAME: NameRule = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
  says: 'use letters, digits and underscores, no digit first, at most 128',
}
export const FOLDER_NAME: NameRule = {
  pattern: /^[a-z][a-z0-9-]{0,62}$/,
  says: 'use lower-case letters, digits and hyphens, a letter first, at most 63',
}

export const TENANT_KEY: NameRule = {
  pattern: /^(?=.{2,24}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
  says: 'use 2 to 24 lower-case letters, digits and single hyphens, a letter first and no hyphen last',
}

/**
 * A mapping from names the author chooses to entries of one kind, in file order. Names that differ only in case are
 * refused: half of the readers of a table cannot tell them apart. Entries without a value are left out.
 */
export function named<T>(entry: Kind<T>, label: string, rule: NameRule): Kind<readonly Named<T>[]> {
  const expects = `a mapping with an entry for each ${label}`
  return {
    expects,
    shape: { type: 'named', label, rule, entry: entry.shape },
    read: (node, reading) => {
      if (node.kind !== 'mapping') {
        reportWrongType(node, expects, reading)
        return undefined
      }
      if (node.entries.length === 0) {
        reportAt(reading, 'spec/no-value', { field: fieldName(node), expected: `at least one ${label}` }, node)
        return undefined
      }
      return readEntries(node, entry, rule, reading)
    },
  }
}

function readEntries<T>(node: YamlMapping, kind: Kind<T>, rule: NameRule, reading: Reading): Named<T>[] {
  const result: Named<T>[] = []
  const earlier = new Map<string, string>()
  for (const entry of node.entries) {
    if (!checkName(entry, rule, earlier.get(entry.name.toLowerCase()), reading)) reading.broken?.badName(node)
    earlier.set(entry.name.toLowerCase(), entry.name)
    const read = (): Named<T> | undefined => reading.settled?.get<T>(entry, kind) ?? readEntry(entry, kind, reading)
    const named = reading.broken === undefined ? read() : reading.broken.read(entry, reading.diagnostics, read)
    if (named !== undefined) result.push(named)
  }
  return result
}

function readEntry<T>(entry: YamlEntry, kind: Kind<T>, reading: Reading): Named<T> | undefined {
  const { diagnostics, unknown, settled } = reading
  const faults = diagnostics.length + unknown.length
  const node = kind.read(entry.value, reading)
  if (node === undefined) return undefined
  const key = { value: entry.name, span: entry.key, pointer: entry.value.pointer }
  const named = { name: entry.name, key, node }
  if (diagnostics.length + unknown.length === faults) settled?.keep(entry, kind, named)
  return named
}

/** True when the name is one. */
function checkName(entry: YamlEntry, rule: NameRule, twin: string | undefined, reading: Reading): boolean {
  const { name, key, value } = entry
  const at = { span: key, pointer: value.pointer }
  const fits = rule.pattern.test(name)
  if (fits && twin === undefined) return true
  const says = fits ? `it may not differ from \`${twin}\` in case only` : rule.says
  reportAt(reading, 'spec/bad-name', { name, rule: says }, at)
  return false
}
