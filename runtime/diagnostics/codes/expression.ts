import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const
const typed = 'Every expression is typed before anything runs, so that no record meets a type error.'
const portable = 'An expression must mean the same on every engine, so only the portable functions and forms exist.'

/** Problems of an expression, part of the `plan` area. */
export const expressionCodes = {
  'plan/expression-syntax': entry<{ found: string; expected: readonly string[] }>({
    ...base,
    title: 'Broken expression',
    message: ({ found, expected }) => `Found \`${found}\` where ${alternatives(expected)} is expected`,
    why: 'The text is not an expression of the SQL subset.',
    fix: 'Mend the expression at the marked place.',
  }),
  'plan/expression-too-deep': entry<{ limit: number }>({
    ...base,
    title: 'Expression too deep',
    message: ({ limit }) => `The expression is nested deeper than ${limit} levels`,
    why: 'Depth is bounded so that every expression compiles and runs in bounded space.',
    fix: 'Split it over several columns, or write a chain of `or` as `in (...)`.',
  }),
  'plan/expression-too-large': entry<{ limit: number }>({
    ...base,
    title: 'Expression too large',
    message: ({ limit }) => `The expression has more than ${limit} parts`,
    why: 'Size is bounded so that every expression compiles and runs in bounded space.',
    fix: 'Split it over several columns, or put the values in a reference and look them up.',
  }),
  'plan/bad-literal': entry<{ text: string; detail: string }>({
    ...base,
    title: 'Bad literal',
    message: ({ text, detail }) => `\`${text}\` is not a value: ${detail}`,
    why: 'A literal is taken exactly as written or not at all.',
    fix: 'Write the value in one of the forms of the expression reference.',
  }),
  'plan/unknown-column': entry<{ name: string; nearest: string | undefined }>({
    ...base,
    title: 'Unknown column',
    message: ({ name }) => `No column \`${name}\` is in scope`,
    why: 'A name in an expression is a column of the table it stands on.',
    fix: ({ nearest }) =>
      nearest ? `Did you mean \`${nearest}\`?` : 'Use a column that the table or its source declares.',
  }),
  'plan/unknown-field': entry<{ column: string; name: string; nearest: string | undefined }>({
    ...base,
    title: 'Unknown field',
    message: ({ column, name }) => `\`${column}\` has no field \`${name}\``,
    why: 'Only the fields of an object that its contract declares can be read.',
    fix: ({ nearest }) => (nearest ? `Did you mean \`${nearest}\`?` : 'Use a field that the contract declares.'),
  }),
  'plan/unknown-function': entry<{ name: string; nearest: string | undefined }>({
    ...base,
    title: 'Unknown function',
    message: ({ name }) => `There is no function \`${name}\``,
    why: portable,
    fix: ({ nearest }) =>
      nearest ? `Did you mean \`${nearest}\`?` : 'Use one of the functions of the expression reference.',
  }),
  'plan/unportable-function': entry<{ name: string; reason: string; instead: string }>({
    ...base,
    title: 'Function not portable',
    message: ({ name, reason }) => `\`${name}\` is not available: ${reason}`,
    why: portable,
    fix: ({ instead }) => instead,
  }),
  'plan/unportable-pattern': entry<{ found: string; detail: string }>({
    ...base,
    title: 'Pattern not portable',
    message: ({ found, detail }) => `The pattern holds \`${found}\`: ${detail}`,
    why: 'Regular expressions are limited to what every engine reads alike.',
    fix: 'Write the pattern without it.',
  }),
  'plan/argument-count': entry<{ fn: string; expected: string; given: number }>({
    ...base,
    title: 'Wrong number of arguments',
    message: ({ fn, expected, given }) =>
      `\`${fn}\` is given ${given} arguments`.replace(' 1 arguments', ' 1 argument') + ` and takes ${expected}`,
    why: typed,
    fix: 'Give the arguments that the function takes, in its order.',
  }),
  'plan/argument-type': entry<{ fn: string; argument: string; expected: string; given: string }>({
    ...base,
    title: 'Wrong argument type',
    message: ({ fn, argument, expected, given }) =>
      `\`${argument}\` of \`${fn}\` must be ${expected}, and this is ${given}`,
    why: typed,
    fix: 'Give a value of that type.',
  }),
  'plan/argument-value': entry<{ fn: string; argument: string; detail: string }>({
    ...base,
    title: 'Wrong argument value',
    message: ({ fn, argument, detail }) => `\`${argument}\` of \`${fn}\` ${detail}`,
    why: 'The function has no result for such an argument, or engines differ in it.',
    fix: 'Give a value that the function takes.',
  }),
  'plan/operand-type': entry<{ operator: string; expected: string; given: string; advice?: string }>({
    ...base,
    title: 'Wrong operand type',
    message: ({ operator, expected, given }) => `\`${operator}\` takes ${expected}, and this is ${given}`,
    why: typed,
    fix: ({ advice }) => advice ?? 'Give a value of that type.',
  }),
  'plan/unlike-types': entry<{ operator: string; left: string; right: string; advice?: string }>({
    ...base,
    title: 'Unlike types',
    message: ({ operator, left, right }) => `\`${operator}\` is given ${left} and ${right}`,
    why: 'Values of unlike types are never converted in silence.',
    fix: ({ advice }) => advice ?? 'Give values of one type.',
  }),
  'plan/precision-too-large': entry<{ operator: string; precision: number }>({
    ...base,
    title: 'Decimal too wide',
    message: ({ operator, precision }) =>
      `The result of \`${operator}\` needs ${precision} digits; a decimal has at most 38`,
    why: 'A decimal keeps every digit, so its type must be able to hold every result.',
    fix: 'Cast an operand to a decimal with fewer digits first.',
  }),
  'plan/not-boolean': entry<{ place: string; given: string }>({
    ...base,
    title: 'Not a condition',
    message: ({ place, given }) => `${place} must be a boolean, and this is ${given}`,
    why: 'Only true, false and null decide a condition; no other value is taken for one.',
    fix: 'Compare it with something, for example `> 0` or `is not null`.',
  }),
  'plan/forbidden-cast': entry<{ from: string; to: string; advice: string }>({
    ...base,
    title: 'Forbidden cast',
    message: ({ from, to }) => `${from} cannot be cast to ${to}`,
    why: 'Casts between these types lose data or differ between engines.',
    fix: ({ advice }) => advice,
  }),
  'plan/unknown-type': entry<{ name: string; nearest: string | undefined }>({
    ...base,
    title: 'Unknown type',
    message: ({ name }) => `There is no type \`${name}\``,
    why: 'Types are `boolean`, `long`, `double`, `decimal(p, s)`, `string`, `date` and `timestamp`.',
    fix: ({ nearest }) => (nearest ? `Did you mean \`${nearest}\`?` : 'Use one of these types.'),
  }),
  'plan/untyped-null': entry<object>({
    ...base,
    title: 'Null without a type',
    message: () => 'Nothing says which type this null has',
    why: typed,
    fix: 'Write `cast(null as <type>)`.',
  }),
  'plan/misplaced-interval': entry<object>({
    ...base,
    title: 'Misplaced interval',
    message: () => 'An interval stands only right of `+` or `-`, next to a timestamp or a date',
    why: 'There are no interval values: months have no fixed length, so they cannot be compared or stored.',
    fix: "Write `<timestamp> + interval '5' minute`, or use `date_add` and `date_diff`.",
  }),
  'plan/aggregate-not-allowed': entry<{ fn: string }>({
    ...base,
    title: 'Aggregate not allowed here',
    message: ({ fn }) => `\`${fn}\` aggregates rows, and this expression sees one row`,
    why: 'Only measures of a window see many rows.',
    fix: 'Move it to a measure.',
  }),
  'plan/nested-aggregate': entry<{ fn: string }>({
    ...base,
    title: 'Aggregate inside an aggregate',
    message: ({ fn }) => `\`${fn}\` stands inside another aggregate`,
    why: 'The arguments and the filter of an aggregate see one row.',
    fix: 'Aggregate in one table and aggregate again in a table that reads it.',
  }),
  'plan/not-an-aggregate': entry<{ fn: string; form: string }>({
    ...base,
    title: 'Not an aggregate',
    message: ({ fn, form }) => `\`${fn}\` does not take \`${form}\``,
    why: 'The form belongs to aggregates, and not to all of them.',
    fix: ({ form }) => `Leave out \`${form}\`.`,
  }),
  'plan/not-aggregated': entry<{ column: string }>({
    ...base,
    title: 'Column outside an aggregate',
    message: ({ column }) => `\`${column}\` stands outside an aggregate`,
    why: 'A measure has one value per group, and the column one per row.',
    fix: ({ column }) => `Say which value is meant, for example \`max(${column})\`, or list it under \`group_by\`.`,
  }),
  'plan/no-aggregate': entry<object>({
    ...base,
    title: 'Measure without an aggregate',
    message: () => 'The measure aggregates nothing',
    why: 'A measure says what is computed over the rows of a group.',
    fix: 'Use an aggregate, for example `count(*)`.',
  }),
}

function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
}
