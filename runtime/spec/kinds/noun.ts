import { misspeltWord, nearestMatch, replacement, type Fix } from '#diagnostics'
import { mappingName, reportAt, type Reading } from '../reading.ts'
import { pointerTo, type YamlEntry, type YamlMapping, type YamlNode } from '../yaml/tree.ts'
import type { Field, Fields, ValuesOf } from './field.ts'
import type { Kind } from './kind.ts'
import { checkRules, reportConflict, reportMissing, type Rule } from './rule.ts'
import { reportWrongType } from './wrong-type.ts'

/** A mapping with declared fields. */
export interface NounSpec<F extends Fields, T> {
  /** In the user's words: `source`, `silver table`. */
  readonly name: string
  readonly doc: string
  readonly fields: F
  readonly rules?: readonly Rule[]
  readonly build: (values: ValuesOf<F>, at: YamlMapping, reading: Reading) => T | undefined
  /**
   * Stands in for fields that have an error, so that the rest of the noun can be judged where the file's is wanted: the
   * values that could be read, and others for those without which there is nothing to build. Undefined when the rest
   * hangs on what has the error; without it, everything does. Where more is wrong than fields, its answer does not count.
   */
  readonly rest?: (values: Partial<ValuesOf<F>>, at: YamlMapping) => ValuesOf<F> | undefined
}

/**
 * The kind of a noun. Every key of the mapping is read or reported: unknown ones with the nearest match, reserved ones
 * as not available yet, missing ones with an example. A noun with a field that could not be read has no value,
 * unless it has a `rest`.
 */
export function noun<F extends Fields, T>(spec: NounSpec<F, T>): Kind<T> {
  const { name, doc, fields, rules = [] } = spec
  const moved = oldSpellings(fields)
  const declared = declaredFields(fields)
  const expects = `a mapping with the fields of ${/^[aeio]/.test(name) ? 'an' : 'a'} ${name}`
  return {
    expects,
    shape: { type: 'noun', name, doc, fields, rules },
    read: (node, reading) => {
      if (node.kind !== 'mapping') {
        reportWrongType(node, expects, reading)
        return undefined
      }
      const current = moved.size === 0 ? node : withoutOldSpellings(moved, name, node, reading)
      const values = readFields(spec, declared, current, reading)
      return values === undefined ? undefined : spec.build(values, current, reading)
    },
  }
}

/** A field that is read, with the name that its value gets. */
interface Declared {
  readonly key: string
  readonly name: string
  readonly field: Field
}

function declaredFields(fields: Fields): readonly Declared[] {
  return Object.entries<Field>(fields).flatMap(([key, field]) =>
    field.presence === 'later' ? [] : [{ key, name: camelCase(key), field }],
  )
}

const NOBODY: ReadonlySet<string> = new Set()

/** Reports the keys that no field reads. Answers the fields that are not missing because of them. */
function reportStrangers<F extends Fields, T>(
  spec: NounSpec<F, T>,
  node: YamlMapping,
  reading: Reading,
): ReadonlySet<string> {
  const isRead = ({ name }: YamlEntry): boolean => (fieldOf(spec.fields, name)?.presence ?? 'later') !== 'later'
  if (node.entries.every(isRead)) return NOBODY
  return new Set([...reportLater(spec, node, reading), ...reportUnknown(spec, node, reading)])
}

function readFields<F extends Fields, T>(
  spec: NounSpec<F, T>,
  declared: readonly Declared[],
  node: YamlMapping,
  reading: Reading,
): ValuesOf<F> | undefined {
  const before = reading.diagnostics.length
  const excused = reportStrangers(spec, node, reading)
  const values: Record<string, unknown> = {}
  let complete = reading.diagnostics.length === before
  const settled = complete || excused.size === 0
  const broken = spec.rest === undefined ? undefined : reading.broken
  const strange = !complete
  for (const { key, name, field } of declared) {
    const entry = node.entries.find((each) => each.name === key)
    if (entry === undefined && field.default === undefined) {
      // A word that means nothing may stand for any field that is not there.
      if (strange || field.presence === 'required')
        broken?.keep({ keySpan: node.keySpan, pointer: pointerTo(node.pointer, key) })
      if (field.presence !== 'required') continue
      complete = false
      const params = { field: key, where: mappingName(node, spec.name), example: field.example }
      if (!excused.has(key)) reportMissing(params, node, reading)
      continue
    }
    const read = (): unknown => field.kind.read(entry?.value ?? defaultNode(key, field.default ?? '', node), reading)
    const value = entry === undefined || broken === undefined ? read() : broken.read(entry, reading.diagnostics, read)
    if (value === undefined) complete = false
    else values[name] = value
  }
  if (settled && !checkRules(spec.rules ?? [], node, spec.name, reading)) complete = false
  // The loop put exactly the declared keys there, each as its own kind read it; no type can follow a loop over keys.
  if (complete) return values as ValuesOf<F>
  return broken && spec.rest?.(values as Partial<ValuesOf<F>>, node)
}

/** The mapping with every field under its own name. An old spelling is a warning, and an error beside the new one. */
function withoutOldSpellings(
  moved: ReadonlyMap<string, string>,
  noun: string,
  node: YamlMapping,
  reading: Reading,
): YamlMapping {
  const where = mappingName(node, noun)
  const entries = node.entries.map((entry, index): YamlEntry => {
    const now = moved.get(entry.name)
    if (now === undefined) return entry
    const twin = node.entries.find(({ name }, at) => name === now || (at < index && moved.get(name) === now))
    if (twin === undefined) reportOldSpelling(entry, now, where, reading)
    else reportConflict(entry, twin, where, reading)
    return { ...entry, name: now }
  })
  return { ...node, entries }
}

function reportOldSpelling({ name, key, value }: YamlEntry, now: string, where: string, reading: Reading): void {
  const at = { span: key, pointer: value.pointer }
  const params = { field: name, now, where }
  reportAt(reading, 'spec/deprecated-field', params, at, { fix: replacement(key, name, now, 'safe') })
}

/** Old spelling to field. */
function oldSpellings(fields: Fields): ReadonlyMap<string, string> {
  const all = Object.entries<Field>(fields)
  return new Map(all.flatMap(([field, { deprecated = [] }]) => deprecated.map((old) => [old, field] as const)))
}

/** Answers the fields that are not missing, because a reserved word stands in for them. */
function reportLater<F extends Fields, T>(spec: NounSpec<F, T>, node: YamlMapping, reading: Reading): string[] {
  return node.entries.flatMap(({ name, key, value }) => {
    const field = fieldOf(spec.fields, name)
    if (field?.presence !== 'later') return []
    const params = { noun: name, meanwhile: field.meanwhile ?? '' }
    reportAt(reading, 'spec/not-available-yet', params, { span: key, pointer: value.pointer })
    return field.insteadOf ?? []
  })
}

/** Answers the fields that are not missing, because an unknown one is probably a misspelling: one cause, one report. */
function reportUnknown<F extends Fields, T>(spec: NounSpec<F, T>, node: YamlMapping, reading: Reading): string[] {
  const has = (field: string): boolean => node.entries.some(({ name }) => name === field)
  const open = Object.keys(spec.fields).filter((field) => !has(field))
  return node.entries.flatMap((entry) => {
    if (fieldOf(spec.fields, entry.name) !== undefined) return []
    const nearest = nearestMatch(entry.name, open)
    reportUnknownField(spec, node, entry, nearest, reading)
    return nearest ?? []
  })
}

function reportUnknownField<F extends Fields, T>(
  spec: NounSpec<F, T>,
  node: YamlMapping,
  { name, key, value }: YamlEntry,
  nearest: string | undefined,
  reading: Reading,
): void {
  const known = Object.keys(spec.fields).filter((field) => fieldOf(spec.fields, field)?.presence !== 'later')
  const params = { field: name, where: mappingName(node, spec.name), nearest, known }
  const { fix } = misspeltWord(key, name, nearest, Object.keys(spec.fields))
  const mend = fix && { fix: isReadable(fieldOf(spec.fields, nearest ?? ''), value, reading) ? fix : asGuess(fix) }
  reportAt(reading, 'spec/unknown-field', params, { span: key, pointer: value.pointer }, mend)
}

/** Whether `value` would do as the value of `field`, mended where that is safe. */
function isReadable(field: Field | undefined, value: YamlNode, reading: Reading): boolean {
  if (field === undefined || field.presence === 'later') return false
  const { broken, ...rest } = reading
  const trial: Reading = { ...rest, diagnostics: [], unknown: [] }
  if (field.kind.read(value, trial) !== undefined) return true
  return trial.diagnostics.length > 0 && trial.diagnostics.every(({ fix }) => fix?.confidence === 'safe')
}

function asGuess(fix: Fix): Fix {
  return { ...fix, confidence: 'maybe' }
}

function fieldOf(fields: Fields, name: string): Field | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

function defaultNode(key: string, text: string, parent: YamlMapping): YamlNode {
  const place = { span: parent.span, keySpan: parent.keySpan, pointer: pointerTo(parent.pointer, key) }
  if (text === '{}') return { kind: 'mapping', entries: [], ...place }
  const value = /^(?:\d+|true|false)$/.test(text) ? (JSON.parse(text) as number | boolean) : text
  const offsets = Array.from({ length: text.length + 1 }, () => parent.span.start.offset)
  return { kind: 'scalar', text, value, offsets, ...place }
}

function camelCase(key: string): string {
  return key.includes('_') ? key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : key
}
