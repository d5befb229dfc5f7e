import { LONG, STRING } from '../expression/data-type.ts'
import type { DataType } from '#contract'
import { long, ORDERED, text, typeOf, type ArgumentsCheck, type FunctionSpec, type Parameter } from './definition.ts'

const list: Parameter = { name: 'list', kinds: ['list'] }

function elementOf(type: DataType | undefined): DataType {
  return type?.kind === 'list' ? type.element.type : STRING
}

/** Elements that are equal, or ordered, alike on every engine. */
const simple: ArgumentsCheck = ([value]) =>
  ORDERED.includes(elementOf(value?.type).kind)
    ? undefined
    : { index: 0, detail: 'must be a list of numbers, text, dates or timestamps' }

const ofText: ArgumentsCheck = ([value]) =>
  elementOf(value?.type).kind === 'string' ? undefined : { index: 0, detail: 'must be a list of text' }

/** Functions of lists. Positions count from 1. */
export const ARRAY_FUNCTIONS: readonly FunctionSpec[] = [
  {
    name: 'array_get',
    parameters: [list, long('position')],
    returns: (args) => elementOf(args[0]?.type),
    nullable: true,
    doc: 'The element at a position counted from 1, also written `list[1]`; null outside the list.',
    examples: [
      ["array_get(split('a,b', ','), 1)", 'a'],
      ["split('a,b', ',')[2]", 'b'],
      ["split('a,b', ',')[3]", null],
      ["split('a,b', ',')[0]", null],
      ["split('a,b', ',')[-1]", null],
    ],
  },
  {
    name: 'array_len',
    parameters: [list],
    returns: LONG,
    doc: 'The number of elements.',
    examples: [
      ["array_len(split('a,b', ','))", 2],
      ["array_len(split(cast(null as string), ','))", null],
    ],
  },
  {
    name: 'array_contains',
    parameters: [list, { name: 'element', kinds: ORDERED, element: true }],
    returns: { kind: 'boolean' },
    check: simple,
    doc: 'Whether an element equals the value; null when the list or the value is null.',
    examples: [
      ["array_contains(split('a,b', ','), 'b')", true],
      ["array_contains(split('a,b', ','), 'c')", false],
      ["array_contains(split('a,b', ','), cast(null as string))", null],
    ],
  },
  {
    name: 'array_distinct',
    parameters: [list],
    returns: typeOf(0),
    check: simple,
    doc: 'Each element once, in ascending order, nulls left out.',
    examples: [["array_distinct(split('b,a,b,', ','))", ['', 'a', 'b']]],
  },
  {
    name: 'array_join',
    parameters: [list, text('separator', { literal: () => undefined })],
    returns: STRING,
    check: ofText,
    doc: 'The elements that are not null, joined by the separator.',
    examples: [
      ["array_join(split('a,b,,d', ','), '-')", 'a-b--d'],
      ["array_join(split('', ','), '-')", ''],
    ],
  },
]
