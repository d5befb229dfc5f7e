import { diagnostic, hasErrors, type Diagnostic, type Span } from '#diagnostics'
import { checkSchema } from './check-schema.ts'
import { compileObject, type Reason } from './compile-value.ts'
import type { Contract } from './contract.ts'
import { readJson, type JsonNode, type JsonReading } from './json-reader.ts'
import { schemaFile, type SchemaFile } from './schema-file.ts'
import { member } from './subschemas.ts'

/**
 * Compiles the text of a contract file (JSON Schema 2020-12 of an object; DESIGN section 5, "Valid"). Pure and without
 * ajv. `contract` is there unless a diagnostic is an error; an `info` names each keyword that makes the contract go row
 * by row.
 */
export function compileContract(input: { file: string; text: string }): {
  contract?: Contract
  diagnostics: Diagnostic[]
  /** Where a top-level field is declared. */
  placeOf: (field: string) => Span | undefined
} {
  const file = schemaFile(input.file, input.text)
  const reading = readJson(input.text)
  if (!reading.ok) {
    const span = file.span(reading.offset, Math.min(reading.offset + 1, input.text.length))
    const placeOf = (): undefined => undefined
    return { diagnostics: [diagnostic('contract/not-json', { detail: reading.detail }, { span })], placeOf }
  }
  const placeOf = (field: string): Span | undefined => fieldPlace(reading.root, field, file)
  const diagnostics = [...checkText(reading, file), ...checkSchema(reading.root, file)]
  if (hasErrors(diagnostics)) return { diagnostics, placeOf }
  const schema: unknown = JSON.parse(input.text)
  const { check, fields, reasons } = compileObject(schema)
  diagnostics.push(...reasons.map((reason) => rowByRow(reason, reading.root, file)))
  const rowByRowReasons = reasons.map(({ keyword, pointer }) => ({ keyword, pointer }))
  const contract: Contract = {
    file: input.file,
    schema: isRecord(schema) ? schema : {},
    fields,
    ...(reasons.length === 0 && { vectorised: check }),
    rowByRow: rowByRowReasons,
  }
  return { contract, diagnostics, placeOf }
}

function checkText(reading: JsonReading & { ok: true }, file: SchemaFile): Diagnostic[] {
  const { duplicate, tooDeep, loneSurrogate } = reading
  const found: Diagnostic[] = []
  if (duplicate !== undefined) {
    const span = file.span(duplicate.start, duplicate.end)
    found.push(diagnostic('contract/duplicate-key', { key: duplicate.key }, { span, pointer: duplicate.pointer }))
  }
  if (tooDeep)
    found.push(diagnostic('contract/not-json', { detail: 'it is nested too deeply' }, { span: file.span(0, 1) }))
  if (loneSurrogate !== undefined) {
    const span = file.span(loneSurrogate.start, loneSurrogate.start + 1)
    found.push(diagnostic('contract/not-json', { detail: 'a string holds half of a surrogate pair' }, { span }))
  }
  return found
}

function rowByRow({ keyword, pointer }: Reason, root: JsonNode, file: SchemaFile): Diagnostic {
  const { start, end } = place(root, pointer)
  return diagnostic('contract/row-by-row', { keyword }, { span: file.span(start, end), pointer })
}

/** The node at `pointer`, or the deepest one on the way to it. */
function place(root: JsonNode, pointer: string): JsonNode {
  let node = root
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    const next = node.kind === 'array' ? node.items[Number(key)] : member(node, key)
    if (next === undefined) break
    node = next
  }
  return node
}

function fieldPlace(root: JsonNode, field: string, file: SchemaFile): Span | undefined {
  const properties = member(root, 'properties')
  const entry = properties?.kind === 'object' ? properties.entries.find(({ key }) => key === field) : undefined
  return entry && file.span(entry.start, entry.end)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
