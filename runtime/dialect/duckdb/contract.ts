import type { Contract, ObjectCheck, ValueCheck } from '#contract'
import { valuesSql } from './contract/accept.ts'
import { isObject, leavesOf, nodesOf, objectsOf, structureOf, type Node } from './contract/leaf.ts'
import { searchSql } from './contract/regex.ts'
import { shapeSql } from './contract/shape.ts'
import { canonicalStructure, canonicalTypedSql } from './contract/shred.ts'
import { typeSql } from './literal.ts'
import { typedSql } from './contract/value.ts'
import { quoteIdentifier, quoteText } from './identifier.ts'

/**
 * The value as text. `replace` never raises, but writes its marks into its argument, hence the copy that `repeat` makes;
 * where it had nothing to replace, the text is the value byte for byte. `try(decode())` would take a whole chunk row by
 * row for one bad value.
 */
const DECODE = "decode(repeat(kafka_value, 1), 'replace')"
const RECORD = 'kafka_partition, kafka_offset, kafka_timestamp'

/** The column that holds a contract field, typed, in what `validateSql` and `shredSql` select. */
export function fieldColumn(name: string): string {
  return quoteIdentifier(`f_${name}`)
}

/**
 * The fast verdict on raw records (DESIGN section 7, "Contracts"): selects every row of `input`
 * (kafka_partition, kafka_offset, kafka_timestamp, kafka_value) with `accepted` and one typed column per contract field,
 * which is meaningful where accepted. Accepted implies valid, with the values the reference gives; a refused row proves
 * nothing and goes to the explainer. The query never raises, whatever the bytes. A contract that goes row by row
 * accepts nothing here.
 */
export function validateSql(contract: Contract, input: string, options: { maxRecordBytes: number }): string {
  const { vectorised, fields } = contract
  if (vectorised === undefined) {
    const nothing = fields.map(({ name, type }) => `null::${typeSql(type)} as ${fieldColumn(name)}`)
    return `select ${[RECORD, 'false as accepted', ...nothing].join(', ')} from ${input}`
  }
  const root = nodesOf(vectorised, 'r')
  const leaves = leavesOf(root)
  const objects = objectsOf(root).slice(1)
  const shape = shapeSql(root, { text: 't', keys: 'k', nulls: 'n' })
  // A cast from JSON would read the text as JSON and coerce it, so leaves are plain text from here on.
  const texts = [
    ...leaves.map(({ source, text }) => `${source}::varchar as ${text}`),
    ...objects.map(({ source, text }) => `${source} as ${text}`),
  ]
  const outputs = root.nodes.map((node) => `${outputSql(node)} as ${fieldColumn(node.name)}`)
  // One layer per step, so that each expression is evaluated once per row.
  return `select ${[RECORD, 'accepted', ...outputs].join(', ')} from (
  select *, coalesce(v and (c or ${shape.counted}), false) as accepted from (
  select *, case when v and not c then ${shape.keys} end as k, case when v and not c then ${shape.nulls} end as n from (
  select *, coalesce(${shape.compact}, false) as c, coalesce(${valuesSql(root)}, false) as v from (
  select *, ${leaves.map((leaf) => `${typedSql(leaf)} as ${leaf.typed}`).join(', ')} from (
  select ${[RECORD, 't', ...texts].join(', ')} from (
  select ${RECORD}, t, json_transform(t, ${quoteText(structureOf(root))}) as r from (
  select ${RECORD}, case when ${guardSql(vectorised, options.maxRecordBytes)} then d end as t from (
  select ${RECORD}, kafka_value, ${DECODE} as d from ${input}))))))))`
}

/**
 * Selects the same typed columns from `input` (kafka_partition, kafka_offset, kafka_timestamp, text), where `text` is
 * what the explainer gave for an accepted record. Only such texts may be shredded.
 */
export function shredSql(contract: Contract, input: string): string {
  const columns = contract.fields.map(
    ({ name, type }) => `${canonicalTypedSql(`r.${quoteIdentifier(name)}`, type)} as ${fieldColumn(name)}`,
  )
  // A structure without a field is refused; a contract that declares none has nothing to shred.
  if (contract.fields.length === 0) return `select ${RECORD} from ${input}`
  const structure = quoteText(canonicalStructure(contract.fields))
  return `select ${[RECORD, ...columns].join(', ')} from (select ${RECORD}, json_transform(text, ${structure}) as r from ${input})`
}

/** The texts that the JSON functions may see: neither too large nor damaged, valid, and without escapes. */
function guardSql(check: ObjectCheck, maxRecordBytes: number): string {
  const conditions = [
    `octet_length(kafka_value) <= ${maxRecordBytes}`,
    'encode(d) = kafka_value',
    "not contains(d, '\\')",
    // A decimal is read through a double, which is exact for so many digits.
    ...(readsDecimals(check) ? [`not ${searchSql('d', '[0-9.]{16}')}`] : []),
    'json_valid(d)',
  ]
  return conditions.join(' and ')
}

function readsDecimals(check: ObjectCheck): boolean {
  const reads = (value: ValueCheck): boolean =>
    value.decimalFrom?.includes('number') === true || (value.object !== undefined && readsDecimals(value.object))
  return check.properties.some(({ value }) => reads(value))
}

function outputSql(node: Node): string {
  if (!isObject(node)) return node.typed
  const members = node.nodes.map((each) => `${quoteIdentifier(each.name)} := ${outputSql(each)}`)
  return `case when ${node.text} is not null then struct_pack(${members.join(', ')}) end`
}
