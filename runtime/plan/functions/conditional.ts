import { ANY, ORDERED, typeOf, type FunctionSpec } from './definition.ts'

/** Functions that choose among their arguments. `if` is no function: it becomes a `case`. */
export const CONDITIONAL: readonly FunctionSpec[] = [
  {
    name: 'coalesce',
    parameters: [{ name: 'value', kinds: ANY, same: true, repeated: true }],
    returns: typeOf(0),
    nullable: 'all',
    doc: 'The first argument that is not null; those after it are not computed.',
    examples: [
      ["coalesce(null, 'a', 'b')", 'a'],
      ['coalesce(cast(null as long), 2)', 2],
      ['coalesce(1, 9223372036854775807 + 1)', 1],
    ],
  },
  {
    name: 'nullif',
    parameters: [
      { name: 'value', kinds: ORDERED, same: true },
      { name: 'other', kinds: ORDERED, same: true },
    ],
    returns: typeOf(0),
    nullable: true,
    doc: 'Null when both are equal, otherwise the first.',
    examples: [
      ["nullif('', '')", null],
      ["nullif('a', '')", 'a'],
      ['nullif(1, cast(null as long))', 1],
    ],
  },
  {
    name: 'greatest',
    parameters: [{ name: 'value', kinds: ORDERED, same: true, repeated: true }],
    returns: typeOf(0),
    doc: 'The greatest argument; null when any is null.',
    examples: [
      ['greatest(1, 3, 2)', 3],
      ['greatest(1, cast(null as long))', null],
      ["greatest('a', 'B')", 'a'],
    ],
  },
  {
    name: 'least',
    parameters: [{ name: 'value', kinds: ORDERED, same: true, repeated: true }],
    returns: typeOf(0),
    doc: 'The least argument; null when any is null.',
    examples: [
      ['least(1, 3, 2.5)', 1],
      ['least(1, cast(null as long))', null],
      ["least('😀', 'z')", 'z'],
    ],
  },
]
