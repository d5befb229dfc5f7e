import { hash } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import type { DataType, Field } from '#contract'

/** A reference file as read: typed columns, and rows as texts in column order (null: empty). */
export interface ReferenceTable {
  readonly fields: readonly Field[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly contentHash: string
}

type Kind = 'long' | 'double' | 'boolean' | 'date' | 'timestamp' | 'string'

/** A column takes the first kind that every value of it has. */
const KINDS: readonly (readonly [Kind, RegExp])[] = [
  ['long', /^-?(0|[1-9]\d{0,17})$/],
  ['double', /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,2})?$/],
  ['boolean', /^(true|false)$/],
  ['date', /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/],
  ['timestamp', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/],
]

/**
 * Reads a CSV (header line, RFC 4180) or JSON (array of flat objects) reference and types its columns by their values.
 * Gives the fault as text when the file cannot be used: no rows, ragged rows, a key that is empty or there twice.
 */
export function readReference(input: {
  readonly file: string
  readonly text: string
  readonly key: readonly string[]
}): ReferenceTable | string {
  const table = input.file.endsWith('.json') ? readJson(input.text) : readCsv(input.text)
  if (typeof table === 'string') return table
  const { names, rows } = table
  const missing = input.key.find((key) => !names.includes(key))
  if (missing !== undefined)
    return `it has no column \`${missing}\`, which \`key\` names (columns: ${names.join(', ')})`
  const seen = new Map<string, number>()
  for (const [index, row] of rows.entries()) {
    const key = input.key.map((name) => row[names.indexOf(name)] ?? null)
    if (key.includes(null)) return `row ${index + 1} has an empty key`
    const text = JSON.stringify(key)
    const first = seen.get(text)
    if (first !== undefined) return `rows ${first + 1} and ${index + 1} have the same key ${key.join(', ')}`
    seen.set(text, index)
  }
  const fields = names.map((name, column) =>
    inferField(
      name,
      rows.map((row) => row[column] ?? null),
    ),
  )
  return { fields, rows, contentHash: hash('sha256', JSON.stringify([names, rows])) }
}

interface Texts {
  readonly names: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

function readCsv(text: string): Texts | string {
  try {
    const records = plainRecords(text) ?? parse(text, { bom: true, skip_empty_lines: true })
    const [names, ...rows] = records
    if (names === undefined) return 'it is empty'
    return {
      names: names.map((name) => name.trim()),
      rows: rows.map((row) => row.map((value) => (value === '' ? null : value))),
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The records of a text without quotes and with as many values on each line, as the library reads it, but at once. */
function plainRecords(text: string): string[][] | undefined {
  if (/["\r\uFEFF]/.test(text)) return undefined
  const records = text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(',')]))
  const width = records[0]?.length
  return records.every((record) => record.length === width) ? records : undefined
}

function readJson(text: string): Texts | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  if (!Array.isArray(value)) return 'it is not a JSON array of objects'
  const objects = value.filter(
    (each): each is Record<string, unknown> => typeof each === 'object' && each !== null && !Array.isArray(each),
  )
  if (objects.length < value.length) return 'it is not a JSON array of objects'
  const names = [...new Set(objects.flatMap((each) => Object.keys(each)))]
  const nested = objects
    .flatMap((each) => Object.entries(each))
    .find(([, each]) => typeof each === 'object' && each !== null)
  if (nested !== undefined) return `\`${nested[0]}\` is not a plain value`
  return { names, rows: objects.map((each) => names.map((name) => plainText(each[name]))) }
}

function plainText(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

function inferField(name: string, values: readonly (string | null)[]): Field {
  const present = values.filter((value) => value !== null)
  const kind =
    present.length === 0
      ? 'string'
      : (KINDS.find(([, pattern]) => present.every((value) => pattern.test(value)))?.[0] ?? 'string')
  const type: DataType = { kind }
  return { name, type, nullable: present.length < values.length }
}
