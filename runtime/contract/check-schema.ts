import {
  diagnostic,
  misspelling,
  misspeltWord,
  nearestMatch,
  type Code,
  type Diagnostic,
  type ParamsOf,
  type Where,
} from '#diagnostics'
import { FORMATS } from './formats.ts'
import { escapePointer, type JsonEntry, type JsonNode } from './json-reader.ts'
import { EXTENSION_KEYWORDS, KEYWORDS, TYPES, type KeywordValue } from './keywords.ts'
import { exactInteger, LONG_MAX } from './number.ts'
import { indexReferences, type ResolveReference } from './references.ts'
import type { SchemaFile } from './schema-file.ts'
import { smeltType } from './smelt-type.ts'
import { member, subschemas, textMember, type Subschema } from './subschemas.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/**
 * Checks a contract file as a JSON Schema 2020-12 of an object: keywords, their values, formats, patterns, references
 * and required names, all of them located. An empty answer means that both paths can compile it.
 */
export function checkSchema(root: JsonNode, file: SchemaFile): Diagnostic[] {
  const check = new SchemaCheck(file, indexReferences(root))
  check.top(root)
  return check.found
}

class SchemaCheck {
  readonly found: Diagnostic[] = []
  private readonly file: SchemaFile
  private readonly resolve: ResolveReference

  constructor(file: SchemaFile, resolve: ResolveReference) {
    this.file = file
    this.resolve = resolve
  }

  top(root: JsonNode): void {
    const type = member(root, 'type')
    // A type that is none is told where every keyword is judged.
    const judged = type !== undefined && mismatch('type', type) !== undefined
    if (textMember(root, 'type') !== 'object' && !judged)
      this.report('contract/not-an-object', {}, member(root, 'type') ?? root, '/type')
    if (root.kind === 'object') this.schema({ node: root, pointer: '' })
  }

  private schema(schema: Subschema): void {
    const { node, pointer } = schema
    if (node.kind === 'true' || node.kind === 'false') return
    if (node.kind !== 'object') return
    for (const entry of node.entries) this.keyword(entry, node, `${pointer}/${escapePointer(entry.key)}`)
    this.required(node, pointer)
    this.names(node, pointer)
    // A top level of another type is told once, not once more per keyword that would have fitted an object.
    if (pointer !== '' || textMember(node, 'type') === 'object') this.idle(node, pointer)
    for (const inner of subschemas(schema)) this.schema(inner)
  }

  private keyword(entry: JsonEntry, schema: JsonNode, pointer: string): void {
    const { key, value } = entry
    if (EXTENSION_KEYWORDS.includes(key) || (key === '$id' && pointer !== '/$id')) {
      this.report('contract/extension-keyword', { keyword: key }, entry, pointer)
      return
    }
    const keyword = KEYWORDS.get(key)
    if (keyword === undefined) {
      if (key.startsWith('x-') && !key.startsWith('x-smelt-')) return
      const names = [...KEYWORDS.keys()]
      const suggestion = nearestMatch(key, names)
      const { fix } = misspeltWord(this.file.span(entry.start, entry.end), key, suggestion, names)
      const fits = mismatch(KEYWORDS.get(suggestion ?? '')?.value ?? 'any', value) === undefined
      const mend = fix && { fix: { ...fix, confidence: fits ? fix.confidence : ('maybe' as const) } }
      this.report('contract/unknown-keyword', { keyword: key, suggestion }, entry, pointer, mend)
      return
    }
    const expected = mismatch(keyword.value, value)
    if (expected !== undefined) this.report('contract/wrong-value', { keyword: key, expected }, value, pointer)
    else this.meaning(key, keyword.value, value, schema, pointer)
  }

  /** What the shape of the value alone does not show. */
  private meaning(key: string, kind: KeywordValue, value: JsonNode, schema: JsonNode, pointer: string): void {
    if (key === '$schema') this.dialect(value, pointer)
    if (kind === 'pattern') this.pattern(key, value, pointer)
    if (kind === 'format') this.format(value, pointer)
    if (kind === 'number' || kind === 'positive') this.exact(value, pointer)
    if (key === 'enum' || key === 'const') this.exactWithin(value, pointer)
    if (key === '$ref') this.reference(value, pointer)
    if (key === 'x-smelt-type' && value.kind === 'string' && smeltType(value.value, typeNames(schema)) === undefined) {
      this.report('contract/bad-type', { text: value.value }, value, pointer)
    }
    if (key === 'patternProperties' && value.kind === 'object') {
      for (const each of value.entries) {
        this.pattern(key, { kind: 'string', value: each.key, start: each.start, end: each.end }, pointer)
      }
    }
  }

  private dialect(value: JsonNode, pointer: string): void {
    if (value.kind !== 'string' || value.value.replace(/#$/, '') === DIALECT) return
    this.report('contract/wrong-dialect', { dialect: value.value }, value, pointer)
  }

  private pattern(keyword: string, value: JsonNode, pointer: string): void {
    if (value.kind !== 'string') return
    try {
      new RegExp(value.value, 'u')
    } catch (error) {
      const detail = error instanceof Error ? error.message.replace(/^.*: (?=[^:]*$)/s, '') : String(error)
      this.report('contract/bad-pattern', { keyword, detail }, value, pointer)
    }
  }

  private format(value: JsonNode, pointer: string): void {
    if (value.kind !== 'string' || FORMATS.has(value.value)) return
    const names = [...FORMATS.keys()]
    const suggestion = nearestMatch(value.value, names)
    const params = { format: value.value, suggestion, known: names.join(', ') }
    const fix = misspeltWord(this.file.span(value.start, value.end), value.value, suggestion, names)
    this.report('contract/unknown-format', params, value, pointer, fix)
  }

  private exact(value: JsonNode, pointer: string): void {
    if (value.kind !== 'number') return
    const number = Number(value.text)
    const integer = Number.isFinite(number) ? exactInteger(value.text) : undefined
    const held =
      Number.isFinite(number) && (integer === undefined || integer === BigInt(number) || integer === LONG_MAX)
    if (!held) this.report('contract/inexact-number', { text: value.text }, value, pointer)
  }

  private exactWithin(value: JsonNode, pointer: string): void {
    this.exact(value, pointer)
    if (value.kind === 'array') value.items.forEach((item, at) => this.exactWithin(item, `${pointer}/${at}`))
    if (value.kind !== 'object') return
    for (const each of value.entries) this.exactWithin(each.value, `${pointer}/${escapePointer(each.key)}`)
  }

  private reference(value: JsonNode, pointer: string): void {
    if (value.kind !== 'string') return
    const target = this.resolve(value.value)
    if (target === undefined || !['object', 'true', 'false'].includes(target.kind)) {
      this.report('contract/unresolved-ref', { ref: value.value }, value, pointer)
    }
  }

  private required(schema: JsonNode, pointer: string): void {
    const properties = member(schema, 'properties')
    const required = member(schema, 'required')
    if (required?.kind !== 'array' || (properties === undefined && pointer !== '')) return
    const declared = properties?.kind === 'object' ? properties.entries.map((entry) => entry.key) : []
    required.items.forEach((item, at) => {
      if (item.kind !== 'string' || declared.includes(item.value)) return
      const suggestion = nearestMatch(item.value, declared)
      const span = this.file.span(item.start, item.end)
      const near = properties?.kind === 'object' ? properties.entries.find(({ key }) => key === suggestion) : undefined
      const related = near && [
        { message: `\`${near.key}\` is declared here`, span: this.file.span(near.start, near.end) },
      ]
      const mend = { ...misspelling(span, item.value, suggestion), ...(related && { related }) }
      this.report(
        'contract/undeclared-required',
        { name: item.value, suggestion },
        item,
        `${pointer}/required/${at}`,
        mend,
      )
    })
  }

  private names(schema: JsonNode, pointer: string): void {
    const properties = member(schema, 'properties')
    if (properties?.kind !== 'object') return
    const seen = new Map<string, string>()
    for (const entry of properties.entries) {
      if (entry.key === '' || entry.key === '__proto__' || entry.key.includes('\u0000')) {
        const expected = 'an object without an empty name, `__proto__` or U+0000 in a name, as none can be a column'
        this.report('contract/wrong-value', { keyword: 'properties', expected }, entry, `${pointer}/properties`)
      }
      const folded = entry.key.toLowerCase()
      const other = seen.get(folded)
      // The very same name twice is told as a duplicate key.
      if (other !== undefined && other !== entry.key) {
        const place = `${pointer}/properties/${escapePointer(entry.key)}`
        this.report('contract/ambiguous-names', { name: entry.key, other }, entry, place)
      }
      seen.set(folded, entry.key)
    }
  }

  /** Keywords that say nothing about the one type declared. */
  private idle(schema: JsonNode, pointer: string): void {
    const types = typeNames(schema).filter((type) => type !== 'null')
    const [type] = types
    // Of a type that is none nothing more is said.
    if (schema.kind !== 'object' || type === undefined || types.length > 1 || !TYPES.some((each) => each === type))
      return
    for (const entry of schema.entries) {
      const applies = APPLIES.get(entry.key)
      if (applies === undefined || applies.includes(type)) continue
      this.report(
        'contract/idle-keyword',
        { keyword: entry.key, type },
        entry,
        `${pointer}/${escapePointer(entry.key)}`,
      )
    }
  }

  private report<C extends Code>(
    code: C,
    params: ParamsOf<C>,
    at: { start: number; end: number },
    pointer: string,
    more: Pick<Where, 'fix' | 'related'> = {},
  ): void {
    this.found.push(diagnostic(code, params, { span: this.file.span(at.start, at.end), pointer, ...more }))
  }
}

const BY_TYPES: readonly (readonly [types: readonly string[], keywords: readonly string[]])[] = [
  [['string'], ['minLength', 'maxLength', 'pattern', 'format']],
  [
    ['number', 'integer'],
    ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ],
  [
    ['array'],
    ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains', 'minContains', 'maxContains'],
  ],
  [['object'], ['properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames']],
  [['object'], ['minProperties', 'maxProperties', 'dependentRequired', 'dependentSchemas']],
]

/** Keyword to the types that it says something about. */
const APPLIES: ReadonlyMap<string, readonly string[]> = new Map(
  BY_TYPES.flatMap(([types, keywords]) => keywords.map((keyword) => [keyword, types] as const)),
)

function typeNames(schema: JsonNode): string[] {
  const type = member(schema, 'type')
  const nodes = type?.kind === 'array' ? type.items : type === undefined ? [] : [type]
  return nodes.flatMap((node) => (node.kind === 'string' ? [node.value] : []))
}

/** What `value` should have been, when it is not what the keyword takes. */
function mismatch(kind: KeywordValue, value: JsonNode): string | undefined {
  switch (kind) {
    case 'any':
      return undefined
    case 'text':
    case 'pattern':
    case 'format':
      return isText(value) ? undefined : 'a string'
    case 'boolean':
      return value.kind === 'true' || value.kind === 'false' ? undefined : 'true or false'
    case 'number':
      return value.kind === 'number' ? undefined : 'a number'
    case 'positive':
      return value.kind === 'number' && Number(value.text) > 0 ? undefined : 'a number above zero'
    case 'count':
      return value.kind === 'number' && Number.isSafeInteger(Number(value.text)) && Number(value.text) >= 0
        ? undefined
        : 'an integer, zero or above'
    case 'type':
      return isTypeName(value) ||
        (value.kind === 'array' && value.items.length > 0 && isDistinct(value.items) && value.items.every(isTypeName))
        ? undefined
        : `one of ${TYPES.join(', ')}, or a list of different ones`
    case 'names':
      return value.kind === 'array' && isDistinct(value.items) && value.items.every(isText)
        ? undefined
        : 'a list of different strings'
    case 'values':
      return value.kind === 'array' ? undefined : 'a list'
    case 'schema':
      return isSchema(value) ? undefined : 'a schema: an object, true or false'
    case 'schemas':
      return value.kind === 'array' && value.items.length > 0 && value.items.every(isSchema)
        ? undefined
        : 'a list of schemas'
    case 'schema-map':
      return value.kind === 'object' && value.entries.every((each) => isSchema(each.value))
        ? undefined
        : 'an object of schemas'
    case 'names-map':
      return value.kind === 'object' && value.entries.every((each) => mismatch('names', each.value) === undefined)
        ? undefined
        : 'an object of lists of different strings'
  }
}

function isText({ kind }: JsonNode): boolean {
  return kind === 'string'
}

function isSchema({ kind }: JsonNode): boolean {
  return kind === 'object' || kind === 'true' || kind === 'false'
}

function isDistinct(nodes: readonly JsonNode[]): boolean {
  return new Set(nodes.map((node) => (node.kind === 'string' ? node.value : node))).size === nodes.length
}

function isTypeName(node: JsonNode): boolean {
  return node.kind === 'string' && TYPES.some((type) => type === node.value)
}
