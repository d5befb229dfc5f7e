import { diagnostic, type Diagnostic } from '#diagnostics'
import { compileContract } from './compile.ts'
import type { Contract } from './contract.ts'
import { createExplainer } from './explain.ts'
import { satisfiesFormat } from './formats.ts'
import { readJson, type JsonNode } from './json-reader.ts'
import { schemaFile } from './schema-file.ts'
import { member, subschemas, textMember, type Subschema } from './subschemas.ts'

/** A value that a contract shows, with the schema it belongs to. */
interface Example {
  readonly keyword: 'examples' | 'default'
  readonly node: JsonNode
  readonly pointer: string
  readonly schema: Subschema
}

/** No example is larger. */
const MAX_BYTES = 1 << 20

/**
 * Judges each of the `examples` and each `default` of a contract file by the schema it stands in, as records are judged,
 * and reports at its place the one that is refused. Loads ajv only for those that a quick look cannot pass. Says nothing
 * of a file that is no valid contract: `compileContract` does.
 */
export async function checkExamples(input: { file: string; text: string }): Promise<Diagnostic[]> {
  if (!/"(?:examples|default)"/.test(input.text)) return []
  const reading = readJson(input.text)
  if (!reading.ok) return []
  const doubtful = [...examplesIn({ node: reading.root, pointer: '' })].filter((each) => !fitsAtSight(each))
  if (doubtful.length === 0) return []
  const { contract } = compileContract(input)
  return contract === undefined ? [] : judge(contract, doubtful, input)
}

async function judge(
  contract: Contract,
  examples: readonly Example[],
  { file, text }: { file: string; text: string },
): Promise<Diagnostic[]> {
  const place = schemaFile(file, text)
  const found: Diagnostic[] = []
  for (const { keyword, node, pointer, schema } of examples) {
    const explain = await createExplainer(contractAt(contract, schema.pointer), { maxRecordBytes: MAX_BYTES })
    const verdict = explain(Buffer.from(text.slice(node.start, node.end)))
    if (verdict.ok) continue
    const where = { span: place.span(node.start, node.end), pointer }
    // All that is said of a record but that it is one.
    const detail = verdict.code === 'record/contract-violation' ? afterColon(verdict.message) : lowered(verdict.message)
    found.push(diagnostic('contract/bad-example', { keyword, detail }, where))
  }
  return found
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function afterColon(text: string): string {
  return text.slice(text.indexOf(': ') + 2)
}

/** The contract whose whole value is what the schema at `pointer` describes. */
function contractAt(contract: Contract, pointer: string): Contract {
  if (pointer === '') return contract
  const step = (each: string): string => encodeURIComponent(each)
  const ref = `${HOME}#${pointer.split('/').map(step).join('/')}`
  return { ...contract, fields: [], schema: { $ref: ref, $defs: { contract: { ...contract.schema, $id: HOME } } } }
}

/** What references within the contract are relative to. */
const HOME = 'smelt:contract'

function* examplesIn(schema: Subschema): Generator<Example> {
  const examples = member(schema.node, 'examples')
  if (examples?.kind === 'array') {
    for (const [at, node] of examples.items.entries())
      yield { keyword: 'examples', node, pointer: `${schema.pointer}/examples/${at}`, schema }
  }
  const preset = member(schema.node, 'default')
  if (preset !== undefined) yield { keyword: 'default', node: preset, pointer: `${schema.pointer}/default`, schema }
  for (const inner of subschemas(schema)) yield* examplesIn(inner)
}

const NOTES = new Set([
  'title',
  'description',
  '$comment',
  'examples',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
])

/** True for texts and numbers that surely satisfy a schema of simple keywords. False says nothing. */
function fitsAtSight({ node, schema: { node: schema } }: Example): boolean {
  if (schema.kind !== 'object' || (node.kind !== 'string' && node.kind !== 'number')) return false
  return schema.entries.every(({ key, value }) => NOTES.has(key) || fitsKeyword(key, value, node, schema))
}

function fitsKeyword(key: string, value: JsonNode, node: JsonNode, schema: JsonNode): boolean {
  if (node.kind === 'number') {
    const number = Number(node.text)
    if (!Number.isSafeInteger(number)) return false
    if (key === 'type') return ['integer', 'number'].includes(textMember(schema, 'type') ?? '')
    if (value.kind !== 'number') return false
    return (key === 'minimum' && number >= Number(value.text)) || (key === 'maximum' && number <= Number(value.text))
  }
  if (node.kind !== 'string') return false
  if (key === 'type') return textMember(schema, 'type') === 'string'
  if (key === 'format') return value.kind === 'string' && satisfiesFormat(value.value, node.value)
  if (key === 'enum') return value.kind === 'array' && value.items.some((item) => sameText(item, node.value))
  if (value.kind !== 'number') return false
  // Code points are at most UTF-16 units, and at least half of them.
  return (
    (key === 'minLength' && node.value.length >= 2 * Number(value.text)) ||
    (key === 'maxLength' && node.value.length <= Number(value.text))
  )
}

function sameText(item: JsonNode, text: string): boolean {
  return item.kind === 'string' && item.value === text
}
