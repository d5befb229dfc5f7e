import { escapePointer } from '#contract'
import { distinctCount, MAX_DISTINCT, MAX_FIELDS, type Profile } from '../profile/profile.ts'
import { counted, type Finding, type Note } from './finding.ts'
import { isPersonal } from './personal.ts'
import { textFormat, textsOf } from './text-format.ts'

/** Below so many records, that a field was always there is no evidence that it always is. */
export const REQUIRED_FROM = 10
/** When the different texts of a field are taken for all there are. */
export const ENUM_RULE = { records: 100, mostValues: 12, leastOfEach: 5 } as const
/** An object with more different keys than this, each in few of its records, is a map. */
export const MAP_RULE = { keys: 50, share: 0.2 } as const
/** Objects nested deeper are left open. */
export const MAX_NESTING = 6

export interface Inferred {
  readonly findings: readonly Finding[]
  readonly notes: readonly Note[]
}

/** What the fields of the records are. `profile` is that of the records themselves. */
export function inferFields(profile: Profile): Inferred {
  const notes: Note[] = []
  const findings = fieldsOf(profile, [], { records: profile.objects, whole: true, notes })
  return { findings, notes }
}

interface Around {
  readonly records: number
  /** The objects around are there in every record. */
  readonly whole: boolean
  readonly notes: Note[]
}

function fieldsOf(profile: Profile, path: readonly string[], around: Around): Finding[] {
  const taken = new Map<string, string>()
  return [...profile.fields].flatMap(([name, field]) => {
    const place = [...path, name]
    const other = taken.get(name.toLowerCase())
    const reason = other === undefined ? unfit(name) : `\`${other}\` differs from it in case only`
    if (reason === undefined) {
      taken.set(name.toLowerCase(), name)
      return [find(field, place, profile.objects, around)]
    }
    around.notes.push({
      pointer: pointerOf(place),
      text: `Left out of the contract: ${reason}. Records that have it are valid.`,
    })
    return []
  })
}

/** Why no contract, or no fast one, can declare a field of that name. */
function unfit(name: string): string | undefined {
  if (name === '' || name === '__proto__') return 'no column can have that name'
  if (JSON.stringify(name) !== `"${name}"`)
    return 'a name that JSON must escape would have every record checked row by row'
  return undefined
}

function find(profile: Profile, path: readonly string[], objects: number, around: Around): Finding {
  const required = profile.present === objects && around.records >= REQUIRED_FROM
  const always = around.whole && profile.present === objects && profile.nulls === 0
  const shape = shapeOf(profile, path, { ...around, whole: always })
  return {
    path,
    ...shape,
    required,
    nullable: profile.nulls > 0 && shape.kind !== 'any',
    always,
    evidence: evidence(profile, objects),
    profile,
  }
}

type Shape = Pick<Finding, 'kind' | 'format' | 'values' | 'items' | 'fields'>

const ANY: Shape = { kind: 'any', fields: [] }

function shapeOf(profile: Profile, path: readonly string[], around: Around): Shape {
  const { booleans, integers, fractions, strings, objects, lists } = profile
  const kinds = [booleans, integers + fractions, strings, objects, lists].filter((count) => count > 0)
  const open = (text: string): Shape => {
    around.notes.push({ pointer: pointerOf(path), text })
    return ANY
  }
  if (kinds.length === 0) return open('Null wherever it was seen, so any value is let through.')
  if (kinds.length > 1) return open(`${kindsText(profile)}: any value is let through and kept as its JSON text.`)
  if (booleans > 0) return { kind: 'boolean', fields: [] }
  if (strings > 0) return textShape(profile, path)
  if (objects > 0) return objectShape(profile, path, around, open)
  if (lists > 0) return listShape(profile, open)
  return { kind: fractions > 0 ? 'number' : 'integer', fields: [] }
}

function textShape(profile: Profile, path: readonly string[]): Shape {
  const format = textFormat(profile)
  if (format !== undefined) return { kind: 'string', format, fields: [] }
  const values = isPersonal(path, undefined) ? undefined : enumOf(profile)
  return { kind: 'string', ...(values && { values }), fields: [] }
}

/** All values of a text, when few came often, and none of them seldom; one value alone proves nothing. */
function enumOf(profile: Profile): readonly string[] | undefined {
  const { distinct, strings } = profile
  const few = distinct.size > 1 && distinct.size <= ENUM_RULE.mostValues && strings >= ENUM_RULE.records
  return few && [...distinct.values()].every((count) => count >= ENUM_RULE.leastOfEach)
    ? [...textsOf(profile)].sort()
    : undefined
}

type Open = (text: string) => Shape

function objectShape(profile: Profile, path: readonly string[], around: Around, open: Open): Shape {
  const keys = profile.fields.size
  const inAll = [...profile.fields.values()].reduce((sum, field) => sum + field.present, 0)
  if (keys > MAP_RULE.keys && (keys === MAX_FIELDS || inAll / keys < MAP_RULE.share * profile.objects))
    return open(
      `${counted(keys, 'different key')}: it is a map, so any value is let through and kept as its JSON text.`,
    )
  if (keys === 0) return open('An object without a field: any value is let through and kept as its JSON text.')
  if (path.length >= MAX_NESTING)
    return open(`Nested ${path.length} deep: any value is let through and kept as its JSON text.`)
  const fields = fieldsOf(profile, path, around)
  return fields.length === 0 ? ANY : { kind: 'object', fields }
}

function listShape({ items }: Profile, open: Open): Shape {
  if (items === undefined || items.present === 0) return open('A list that was always empty: any value is let through.')
  const { booleans, integers, fractions, strings, objects, lists, nulls } = items
  const kinds = [booleans, integers + fractions, strings].filter((count) => count > 0)
  if (objects + lists > 0 || kinds.length !== 1)
    return open('A list of objects, lists or unlike values: any value is let through and kept as its JSON text.')
  const kind = booleans > 0 ? 'boolean' : strings > 0 ? 'string' : fractions > 0 ? 'number' : 'integer'
  return { kind: 'list', items: { kind, nullable: nulls > 0 }, fields: [] }
}

function kindsText({ booleans, integers, fractions, strings, objects, lists }: Profile): string {
  const counts: readonly (readonly [string, number])[] = [
    ['text', strings],
    ['number', integers + fractions],
    ['true or false', booleans],
    ['object', objects],
    ['list', lists],
  ]
  const seen = counts
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} ${count.toLocaleString('en-US')} times`)
  return `Of several types (${seen.join(', ')})`
}

function evidence(profile: Profile, objects: number): string {
  const { present, nulls } = profile
  const there =
    present === objects ? 'in every record' : `in ${present.toLocaleString('en-US')} of ${counted(objects, 'record')}`
  const empty = nulls === 0 ? '' : `, null in ${nulls.toLocaleString('en-US')}`
  const different = distinctCount(profile)
  if (different === 0) return `${there}${empty}`
  return `${there}${empty}; ${different >= MAX_DISTINCT ? 'over ' : ''}${counted(different, 'different value')}`
}

/** JSON pointer of a path of names. */
export function pointerOf(path: readonly string[]): string {
  return path.map((name) => `/${escapePointer(name)}`).join('')
}
