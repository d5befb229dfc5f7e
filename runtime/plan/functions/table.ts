import { AGGREGATES, type AggregateSpec } from './aggregate.ts'
import { ARRAY_FUNCTIONS } from './array.ts'
import { CONDITIONAL } from './conditional.ts'
import type { FunctionSpec } from './definition.ts'
import { JSON_FUNCTIONS } from './json.ts'
import { NUMBER_FUNCTIONS } from './number.ts'
import { REGEX_FUNCTIONS } from './regex.ts'
import { TEXT_FUNCTIONS } from './text.ts'
import { TIME_FUNCTIONS } from './time.ts'

/** Every portable scalar function, by group; the order of the reference page. */
export const FUNCTION_GROUPS: readonly { readonly title: string; readonly functions: readonly FunctionSpec[] }[] = [
  { title: 'Conditional', functions: CONDITIONAL },
  { title: 'Text', functions: TEXT_FUNCTIONS },
  { title: 'Regular expressions', functions: REGEX_FUNCTIONS },
  { title: 'Numbers', functions: NUMBER_FUNCTIONS },
  { title: 'Time', functions: TIME_FUNCTIONS },
  { title: 'JSON', functions: JSON_FUNCTIONS },
  { title: 'Lists', functions: ARRAY_FUNCTIONS },
]

/** The portable scalar functions by name. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map(
  FUNCTION_GROUPS.flatMap(({ functions }) => functions.map((each) => [each.name, each] as const)),
)

/** The aggregates by name. */
export const AGGREGATE_FUNCTIONS: ReadonlyMap<string, AggregateSpec> = new Map(
  AGGREGATES.map((each) => [each.name, each] as const),
)
