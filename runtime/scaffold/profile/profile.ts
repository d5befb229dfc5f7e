import type { JsonNode, JsonObject } from '#contract'
import { isInteger } from '../sample/number-text.ts'

/** What a field of the sample was seen to be. Counts are of records, or of elements below a list. */
export interface Profile {
  /** The field was there, null or not. */
  present: number
  nulls: number
  booleans: number
  /** Whole numbers that 64 bits hold. */
  integers: number
  /** Other numbers. */
  fractions: number
  strings: number
  objects: number
  lists: number
  /** Of all numbers. */
  least: number
  most: number
  /** Different texts and numbers, as JSON text, with how often each came; no more are added past `MAX_DISTINCT`. */
  readonly distinct: Map<string, number>
  readonly fields: Map<string, Profile>
  /** Of all elements of all lists. */
  items: Profile | undefined
}

/** Beyond so many different values their number means nothing more. */
export const MAX_DISTINCT = 20_000
/** Beyond so many different keys an object is a map; further keys are not looked at. */
export const MAX_FIELDS = 1_000

/** A profile that has seen nothing. */
export function emptyProfile(): Profile {
  return {
    ...{ present: 0, nulls: 0, booleans: 0, integers: 0, fractions: 0, strings: 0, objects: 0, lists: 0 },
    least: Infinity,
    most: -Infinity,
    distinct: new Map(),
    fields: new Map(),
    items: undefined,
  }
}

/** What the records of a sample have in common: the profile of the object that each is. */
export function profileRecords(records: readonly { readonly root: JsonObject }[]): Profile {
  const profile = emptyProfile()
  for (const { root } of records) look(profile, root)
  return profile
}

/** How many different values were seen. */
export function distinctCount({ distinct, booleans }: Profile): number {
  return distinct.size + (booleans > 0 ? 2 : 0)
}

function look(profile: Profile, node: JsonNode): void {
  profile.present++
  switch (node.kind) {
    case 'null':
      profile.nulls++
      return
    case 'true':
    case 'false':
      profile.booleans++
      return
    case 'string':
      profile.strings++
      count(profile, JSON.stringify(node.value))
      return
    case 'number':
      lookAtNumber(profile, node.text)
      return
    case 'array':
      profile.lists++
      profile.items ??= emptyProfile()
      for (const item of node.items) look(profile.items, item)
      return
    case 'object':
      profile.objects++
      for (const { key, value } of node.entries) {
        const field = profile.fields.get(key) ?? (profile.fields.size < MAX_FIELDS ? emptyProfile() : undefined)
        if (field === undefined) continue
        profile.fields.set(key, field)
        look(field, value)
      }
  }
}

function lookAtNumber(profile: Profile, text: string): void {
  if (isInteger(text)) profile.integers++
  else profile.fractions++
  profile.least = Math.min(profile.least, Number(text))
  profile.most = Math.max(profile.most, Number(text))
  count(profile, text)
}

function count({ distinct }: Profile, value: string): void {
  const seen = distinct.get(value)
  if (seen !== undefined || distinct.size < MAX_DISTINCT) distinct.set(value, (seen ?? 0) + 1)
}
