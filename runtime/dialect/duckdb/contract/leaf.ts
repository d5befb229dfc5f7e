import { FORMATS, type ObjectCheck, type PropertyCheck, type ValueCheck } from '#contract'
import { quoteIdentifier } from '../identifier.ts'

/** A property of a contract as the vectorised path handles it: a leaf, or an object of further nodes. */
export interface LeafNode {
  readonly name: string
  readonly required: boolean
  readonly check: ValueCheck
  /** The value as read: JSON text, or the bare text of a string when `bare`. Null when absent or JSON null. */
  readonly text: string
  /** The value typed; meaningful where the row is accepted. */
  readonly typed: string
  /** The SQL that reads `text` from the transformed record. */
  readonly source: string
  /** Its checks alone prove that it is a JSON string, so it is read without its quotes. */
  readonly bare: boolean
}

export interface ObjectNode {
  readonly name: string
  readonly required: boolean
  readonly nullable: boolean
  /** The struct as read. Not null when the value is there, whatever its JSON type. */
  readonly text: string
  readonly source: string
  /** JSON pointer of the object in the record, empty for the record itself. */
  readonly path: string
  readonly closed: boolean
  readonly nodes: readonly Node[]
}

export type Node = LeafNode | ObjectNode

/** The nodes of a contract's vectorised check, the record itself being the root; `record` is the transformed record. */
export function nodesOf(check: ObjectCheck, record: string): ObjectNode {
  let count = 0
  const visit = (property: PropertyCheck, from: string, path: string): Node => {
    const { name, required, value } = property
    const source = `${from}.${quoteIdentifier(name)}`
    const at = count++
    if (value.object === undefined) {
      return { name, required, check: value, text: `x${at}`, typed: `v${at}`, source, bare: provesString(value) }
    }
    const inner = memberPath(path, name)
    const nodes = value.object.properties.map((each) => visit(each, source, inner))
    return {
      name,
      required,
      nullable: value.nullable,
      text: `x${at}`,
      source,
      path: inner,
      closed: value.object.closed,
      nodes,
    }
  }
  const nodes = check.properties.map((each) => visit(each, record, ''))
  return {
    name: '',
    required: true,
    nullable: false,
    text: record,
    source: record,
    path: '',
    closed: check.closed,
    nodes,
  }
}

/** The JSON pointer of a member; as a path, a name could hold a wildcard. */
export function memberPath(path: string, name: string): string {
  return `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** True for an object node. */
export function isObject(node: Node): node is ObjectNode {
  return 'nodes' in node
}

/** Every leaf below `node`, in order. */
export function leavesOf(node: ObjectNode): LeafNode[] {
  return node.nodes.flatMap((each) => (isObject(each) ? leavesOf(each) : [each]))
}

/** Every object at or below `node`, outermost first. */
export function objectsOf(node: ObjectNode): ObjectNode[] {
  return [node, ...node.nodes.flatMap((each) => (isObject(each) ? objectsOf(each) : []))]
}

/** The structure argument of json_transform: JSON texts, except bare strings. */
export function structureOf(node: ObjectNode): string {
  const entries = node.nodes.map((each): [string, string] => [
    each.name,
    isObject(each) ? structureOf(each) : each.bare ? '"VARCHAR"' : '"JSON"',
  ])
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`
}

/** Formats that no JSON text of a number, boolean, list or object satisfies. */
const STRING_FORMATS = new Set(['date-time', 'date', 'time', 'uuid', 'email', 'ipv4', 'ipv6', 'uri'])

function provesString({ type, format, oneOf }: ValueCheck): boolean {
  if (type.kind !== 'string' && type.kind !== 'timestamp' && type.kind !== 'date') return false
  if (format !== undefined && STRING_FORMATS.has(format) && FORMATS.has(format)) return true
  return oneOf !== undefined && oneOf.every((each) => !couldBeOther(JSON.parse(each)))
}

/** True when DuckDB could read some value that is no string as this text. */
function couldBeOther(text: unknown): boolean {
  return (
    typeof text !== 'string' ||
    !/^[A-Za-z_][A-Za-z0-9_. -]*$/.test(text) ||
    /^(?:nan|inf|infinity|true|false|null)$/i.test(text)
  )
}
