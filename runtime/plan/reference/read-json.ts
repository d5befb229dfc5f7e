import { readJson as parseJson, type JsonArray, type JsonNode } from '#contract'
import type { SourceText } from '#spec'
import { once, type Fault, type GridPlaces, type GridReading, type Stretch } from './grid.ts'

/** Reads a JSON text: an array of objects without lists and objects in them, one for each row. */
export function readJson({ text }: SourceText): GridReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { faults: [syntaxFault(text)] }
  }
  if (!Array.isArray(value)) return { faults: [{ at: rootOf(text), ...NOT_OBJECTS }] }
  const objects = value.filter(
    (each): each is Record<string, unknown> => typeof each === 'object' && each !== null && !Array.isArray(each),
  )
  if (objects.length < value.length) return { faults: otherItems(text) }
  const names = [...new Set(objects.flatMap((each) => Object.keys(each)))]
  if (names.length === 0) return { faults: [{ at: rootOf(text), detail: 'it is empty', fix: NOT_OBJECTS.fix }] }
  const nested = objects.some((each) => Object.values(each).some((each) => typeof each === 'object' && each !== null))
  if (nested) return { faults: nestedMembers(text) }
  return {
    names,
    rows: objects.map((each) => names.map((name) => plainText(each[name]))),
    places: once(() => placesOf(text, names)),
  }
}

function plainText(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

const NOT_OBJECTS = {
  detail: 'it is not a JSON array of objects',
  fix: 'Write an array with an object for each row: `[{ "key": "a", "value": 1 }]`.',
} as const

function syntaxFault(text: string): Fault {
  const read = parseJson(text)
  const { offset, detail } = read.ok ? { offset: 0, detail: 'its text is read differently by JSON readers' } : read
  const at = { start: offset, end: Math.min(offset + 1, text.length) }
  return {
    at,
    detail: `it is not JSON: ${detail}`,
    fix: 'Write the file as JSON, without comments and trailing commas.',
  }
}

function rootOf(text: string): JsonNode {
  const read = parseJson(text)
  return read.ok ? read.root : { kind: 'null', start: 0, end: 0 }
}

function itemsOf(text: string): JsonArray['items'] {
  const root = rootOf(text)
  return root.kind === 'array' ? root.items : []
}

function otherItems(text: string): Fault[] {
  return itemsOf(text)
    .filter(({ kind }) => kind !== 'object')
    .map(({ start, end }) => ({ at: { start, end }, ...NOT_OBJECTS }))
}

function nestedMembers(text: string): Fault[] {
  const members = itemsOf(text).flatMap((item) => (item.kind === 'object' ? item.entries : []))
  return members
    .filter(({ value }) => value.kind === 'object' || value.kind === 'array')
    .map(({ key, value: { start, end } }) => ({
      at: { start, end },
      detail: `\`${key}\` is not a plain value`,
      fix: 'Write a text, a number, `true`, `false` or `null`.',
    }))
}

function placesOf(text: string, names: readonly string[]): GridPlaces {
  const rows = itemsOf(text).map((item) => {
    const members = new Map(item.kind === 'object' ? item.entries.map((entry) => [entry.key, entry]) : [])
    return { item, members }
  })
  const first = (name: string): Stretch => rows.find(({ members }) => members.has(name))?.members.get(name) ?? ORIGIN
  return {
    names: names.map(first),
    rows: rows.map(({ item, members }) => names.map((name) => members.get(name)?.value ?? item)),
  }
}

const ORIGIN: Stretch = { start: 0, end: 0 }
