import { quoteText } from '../identifier.ts'
import { isObject, leavesOf, memberPath, objectsOf, type LeafNode, type Node, type ObjectNode } from './leaf.ts'
import { searchSql } from './regex.ts'

/**
 * The conditions under which a record is exactly its known values: one JSON text without trailing commas, without a key
 * twice, without undeclared keys where the contract is closed, and with a null only where one is allowed. All speak of a
 * text that is valid for a lenient JSON reader and free of backslashes, and of values whose own checks hold.
 */
export interface ShapeSql {
  /** True when the length of the text alone proves it. So it is for most records written without white space. */
  readonly compact: string
  /** The keys of every object, as a list of lists, for records that are not compact. */
  readonly keys: string
  /** The JSON texts of the values that may be null, for the same. */
  readonly nulls: string
  /** True when counting keys proves it. */
  readonly counted: string
}

/** `text`, `keys` and `nulls` name the columns that hold the record's text and the two lists. */
export function shapeSql(root: ObjectNode, columns: { text: string; keys: string; nulls: string }): ShapeSql {
  const { text } = columns
  const compact = [`strlen(${text}) = ${lengthSql(root, text)}`, ...fractionsSql(root), ...claimedSql(root, text)]
  const paths = nullablePaths(root).map(quoteText).join(', ')
  return {
    compact: compact.join(' and '),
    keys: `json_keys(${text}, [${objectsOf(root)
      .map((object) => quoteText(object.path === '' ? '$' : object.path))
      .join(', ')}])`,
    nulls: paths === '' ? 'null' : `json_extract(${text}, [${paths}])::varchar[]`,
    counted: countedSql(root, columns),
  }
}

/**
 * The length in bytes that the record has when it is nothing but its known values, written without white space. Each
 * value counts with the least length that any writing of it has, so a text with something more in it is longer.
 */
function lengthSql(root: ObjectNode, text: string): string {
  const { fixed, terms } = objectLength(root, isFlat(root) ? text : undefined)
  return [String(fixed), ...terms].join(' + ')
}

/** A length as a number known now and terms known per row. */
interface Length {
  readonly fixed: number
  readonly terms: readonly string[]
}

/** An opening brace, and every member with its comma or closing brace. */
function objectLength(node: ObjectNode, claims: string | undefined): Length {
  const members = node.nodes.map((each) => memberLength(each, claims))
  return {
    fixed: members.reduce((sum, { fixed }) => sum + fixed, 1),
    terms: members.flatMap(({ terms }) => terms),
  }
}

/** A member with its key, colon and comma or closing brace; nothing when it is absent. */
function memberLength(node: Node, claims: string | undefined): Length {
  const key = Buffer.byteLength(JSON.stringify(node.name)) + 2
  const value = isObject(node)
    ? objectLength(node, claims)
    : { fixed: node.bare ? 2 : 0, terms: [`strlen(${node.text})`] }
  const present = { fixed: key + value.fixed, terms: value.terms }
  if (isAlwaysThere(node)) return present
  const sum = [String(present.fixed), ...present.terms].join(' + ')
  const claimed = !isObject(node) && claims !== undefined && isClaimable(node)
  const absent = claimed ? `case when ${claimSql(node, claims)} then ${key + 4} else 0 end` : '0'
  return { fixed: 0, terms: [`case when ${node.text} is null then ${absent} else ${sum} end`] }
}

/** Fractions that a writer could have written shorter than DuckDB does, as `1e2` for `100.0`, prove nothing by length. */
function fractionsSql(root: ObjectNode): string[] {
  const risky = (text: string): string => `(contains(${text}, '0.0') or contains(${text}, 'e'))`
  return leavesOf(root)
    .filter(({ check }) =>
      [check.type.kind, check.items?.type.kind].some((kind) => kind === 'double' || kind === 'decimal'),
    )
    .map(({ text }) => `not coalesce(${risky(text)}, false)`)
}

/** A required value that may be null must be there: its key with a null stands in the text. */
function claimedSql(root: ObjectNode, text: string): string[] {
  const mayBeNull = leavesOf(root).filter((leaf) => leaf.required && leaf.check.nullable)
  if (!isFlat(root)) return mayBeNull.map((leaf) => `${leaf.text} is not null`)
  return mayBeNull.map((leaf) => `(${leaf.text} is not null or ${isClaimable(leaf) ? claimSql(leaf, text) : 'false'})`)
}

/**
 * True when the text shows the leaf's key with a null. Without backslashes, and for a name of letters, these characters
 * can only be that; without inner objects they can only be the record's own. More than one would make the text longer.
 */
function claimSql(leaf: LeafNode, text: string): string {
  return `contains(${text}, ${quoteText(`"${leaf.name}":null`)})`
}

function isClaimable(leaf: LeafNode): boolean {
  return leaf.check.nullable && /^[A-Za-z_][A-Za-z0-9_]*$/.test(leaf.name)
}

function isFlat(root: ObjectNode): boolean {
  return !root.nodes.some(isObject)
}

function isAlwaysThere(node: Node): boolean {
  return node.required && !(isObject(node) ? node.nullable : node.check.nullable)
}

/** The same by counting: the keys of every object are its known values, present or null. */
function countedSql(root: ObjectNode, { text, keys, nulls }: { text: string; keys: string; nulls: string }): string {
  const objects = objectsOf(root)
  const nullable = nullablePaths(root)
  const there = (object: ObjectNode, node: Node): string => {
    const at = nullable.indexOf(pathOf(object, node))
    return at < 0
      ? `${node.text} is not null`
      : `(${node.text} is not null or ${nulls}[${at + 1}] is not distinct from 'null')`
  }
  const known = objects.map((object) => object.nodes.map((node) => `(${there(object, node)})::int`).join(' + '))
  const required = objects.flatMap((object) =>
    object.nodes
      .filter((node) => node.required && mayBeNull(node))
      .map((node) => (object === root ? there(object, node) : `(${object.text} is null or ${there(object, node)})`)),
  )
  return [...required, othersSql(root, known, text, keys), `not ${searchSql(text, TRAILING_COMMA)}`].join(' and ')
}

/** No keys but the known ones, or in open objects only such as no check is needed for. */
function othersSql(root: ObjectNode, known: readonly string[], text: string, keys: string): string {
  const objects = objectsOf(root)
  const exact = objects.map((_, at) => `coalesce(len(${keys}[${at + 1}]), 0) = ${known[at] ?? '0'}`)
  if (objects.every(({ closed }) => closed)) return exact.join(' and ')
  const open = objects.map(({ closed, nodes }, at) => {
    if (closed) return exact[at] ?? 'false'
    const list = `${keys}[${at + 1}]`
    const declared = nodes.map(({ name }) => quoteText(name)).join(', ')
    // A declared key beyond the known values has a null that its contract does not allow.
    const present = `len(list_intersect(${list}, [${declared}])) = ${known[at] ?? '0'}`
    return `(${list} is null or (len(list_distinct(${list})) = len(${list}) and ${present}))`
  })
  return `case when ${exact.join(' and ')} then true else ${[...open, ...plainExtrasSql(root, text)].join(' and ')} end`
}

const TRAILING_COMMA = ',[ \\t\\n\\r]*[}\\]]'
/** NaN, infinity, and numbers that may be none: what a lenient reader lets pass in a value nobody looks at. */
const ODD_NUMBER = '[:\\[, \\t\\n\\r][+-]?(?i:nan|inf)|[0-9.][eE]\\+?[0-9]{3}|[0-9]{200}'

/** Undeclared values of an open object are plain scalars: no objects or lists of their own, no odd numbers. */
function plainExtrasSql(root: ObjectNode, text: string): string[] {
  const count = (char: string): string => `strlen(${text}) - strlen(replace(${text}, '${char}', ''))`
  const objects = objectsOf(root)
    .slice(1)
    .map((object) => `(${object.text} is not null)::int`)
  const lists = leavesOf(root)
    .filter((leaf) => leaf.check.type.kind === 'list')
    .map((leaf) => `(${leaf.text} is not null)::int`)
  return [
    `${count('{')} = ${['1', ...objects].join(' + ')}`,
    `${count('[')} = ${['0', ...lists].join(' + ')}`,
    `not ${searchSql(text, ODD_NUMBER)}`,
  ]
}

function mayBeNull(node: Node): boolean {
  return isObject(node) ? node.nullable : node.check.nullable
}

function nullablePaths(root: ObjectNode): string[] {
  return objectsOf(root).flatMap((object) => object.nodes.filter(mayBeNull).map((node) => pathOf(object, node)))
}

function pathOf(object: ObjectNode, node: Node): string {
  return memberPath(object.path, node.name)
}
