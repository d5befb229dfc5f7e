import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const
const nearest = (suggestion: string | undefined): string =>
  suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`

export const contractCodes = {
  'contract/not-json': entry<{ detail: string }>({
    ...base,
    title: 'Contract is not JSON',
    message: ({ detail }) => `The contract is not one JSON value: ${detail}`,
    why: 'A contract is a JSON Schema; a file that does not parse promises nothing.',
    fix: 'Mend the syntax at the marked place.',
  }),
  'contract/duplicate-key': entry<{ key: string }>({
    ...base,
    title: 'Duplicate key in contract',
    message: ({ key }) => `The key \`${key}\` stands twice in one object`,
    why: 'Only one of the two would hold, and which one depends on the reader.',
    fix: 'Keep one of them.',
  }),
  'contract/not-an-object': entry<object>({
    ...base,
    title: 'Contract does not describe an object',
    message: () => 'The contract does not say `"type": "object"` at its top level',
    why: 'A record becomes one row, so its value must be an object whose properties are the columns.',
    fix: 'Write `"type": "object"` and the columns under `properties`.',
  }),
  'contract/wrong-dialect': entry<{ dialect: string }>({
    ...base,
    title: 'Other dialect of JSON Schema',
    message: ({ dialect }) => `The contract is written for \`${dialect}\`, not for JSON Schema 2020-12`,
    why: 'Dialects give the same words different meanings.',
    fix: 'Convert the contract and write `"$schema": "https://json-schema.org/draft/2020-12/schema"`, or leave `$schema` out.',
  }),
  'contract/unknown-keyword': entry<{ keyword: string; suggestion: string | undefined }>({
    ...base,
    title: 'Unknown keyword',
    message: ({ keyword, suggestion }) => `\`${keyword}\` is no keyword of JSON Schema 2020-12${nearest(suggestion)}`,
    why: 'A misspelt keyword checks nothing, and nobody would notice.',
    fix: 'Correct the keyword; notes of your own start with `x-`.',
  }),
  'contract/extension-keyword': entry<{ keyword: string }>({
    ...base,
    title: 'Keyword for composed schemas',
    message: ({ keyword }) => `\`${keyword}\` is not supported in a contract`,
    why: 'The keyword is for schemas composed of others, and validators disagree on it; a contract must mean one thing everywhere.',
    fix: 'Use `$ref` to a schema under `$defs`, and `additionalProperties` or `items` where all members are declared.',
  }),
  'contract/unknown-format': entry<{ format: string; suggestion: string | undefined; known: string }>({
    ...base,
    title: 'Unknown format',
    message: ({ format, suggestion }) => `\`${format}\` is no format that Smelt checks${nearest(suggestion)}`,
    why: 'A format that is not checked would promise something that does not hold.',
    fix: ({ known }) => `Use one of ${known}, or write a \`pattern\`.`,
  }),
  'contract/wrong-value': entry<{ keyword: string; expected: string }>({
    ...base,
    title: 'Wrong keyword value',
    message: ({ keyword, expected }) => `\`${keyword}\` must be ${expected}`,
    why: 'JSON Schema 2020-12 gives the keyword no other meaning.',
    fix: 'Correct the value at the marked place.',
  }),
  'contract/bad-pattern': entry<{ keyword: string; detail: string }>({
    ...base,
    title: 'Broken regular expression',
    message: ({ keyword, detail }) => `\`${keyword}\` holds no regular expression: ${detail}`,
    why: 'A pattern that does not compile can check nothing.',
    fix: 'Correct the expression (ECMA-262 syntax, with the `u` flag).',
  }),
  'contract/unresolved-ref': entry<{ ref: string }>({
    ...base,
    title: 'Reference to nothing',
    message: ({ ref }) => `\`${ref}\` leads to no schema in this file`,
    why: 'A contract stands alone: nothing is fetched, and a missing schema checks nothing.',
    fix: 'Point to a schema of this file, as in `#/$defs/address`, or copy the other schema under `$defs`.',
  }),
  'contract/undeclared-required': entry<{ name: string; suggestion: string | undefined }>({
    ...base,
    title: 'Required property is not declared',
    message: ({ name, suggestion }) =>
      `\`${name}\` is required, but \`properties\` does not declare it${nearest(suggestion)}`,
    why: 'A column without a type cannot be stored, and a misspelt name would refuse every record.',
    fix: 'Declare the property, or take its name out of `required`.',
  }),
  'contract/ambiguous-names': entry<{ name: string; other: string }>({
    ...base,
    title: 'Names differ by case only',
    message: ({ name, other }) => `The properties \`${name}\` and \`${other}\` differ by case only`,
    why: 'Table readers ignore case in column names, so one of the two could not be read.',
    fix: 'Rename one of them.',
  }),
  'contract/inexact-number': entry<{ text: string }>({
    ...base,
    title: 'Number cannot be held exactly',
    message: ({ text }) => `The number \`${text}\` is rounded by every JSON reader that uses doubles`,
    why: 'A limit that readers round differently refuses different records in different places.',
    fix: 'Use a number of at most 15 digits; the range of a 64-bit integer needs no limit, as it is checked anyway.',
  }),
  'contract/bad-type': entry<{ text: string }>({
    ...base,
    title: 'Wrong Smelt type',
    message: ({ text }) => `\`${text}\` is no type that \`x-smelt-type\` knows here`,
    why: 'The keyword names the exact column type of a number: `decimal(precision,scale)`.',
    fix: 'Write `decimal(p,s)` with p from 1 to 38 and s from 0 to p, beside `"type": "number"`, `"string"` or both.',
  }),
  'contract/idle-keyword': entry<{ keyword: string; type: string }>({
    ...base,
    severity: 'warning',
    title: 'Keyword without effect',
    message: ({ keyword, type }) => `\`${keyword}\` checks nothing here, as the value is of type \`${type}\``,
    why: 'JSON Schema ignores a keyword on a value of another type.',
    fix: 'Take the keyword away, or correct the type.',
  }),
  'contract/bad-example': entry<{ keyword: 'examples' | 'default'; detail: string }>({
    ...base,
    severity: 'warning',
    title: 'Example that breaks its contract',
    message: ({ keyword, detail }) =>
      `${keyword === 'examples' ? 'This example' : 'This default'} does not satisfy the schema it stands in: ${detail}`,
    why: 'Whoever writes records by it would see them refused; or the schema is wrong, and refuses good ones.',
    fix: 'Correct the value, or the schema.',
  }),
  'contract/row-by-row': entry<{ keyword: string }>({
    ...base,
    severity: 'info',
    title: 'Contract is checked row by row',
    message: ({ keyword }) => `\`${keyword}\` here makes every record of the source go through the row-by-row check`,
    why: 'The engine checks most contracts in one vectorised pass; what that pass cannot judge costs several times more per record.',
    fix: 'Leave it if the source is small; otherwise express the rule with keywords of the vectorised set.',
  }),
  'contract/not-usable': entry<{ file: string; detail: string }>({
    ...base,
    title: 'Contract cannot be compiled',
    message: ({ file, detail }) => `The contract \`${file}\` cannot be compiled to a check: ${detail}`,
    why: 'Records cannot be judged without it.',
    fix: 'Simplify the contract at the keyword named.',
    example: { file: 'contracts/orders.schema.json', detail: 'the schema under `/properties/tree` never ends' },
  }),
}
