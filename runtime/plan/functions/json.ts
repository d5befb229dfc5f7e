import { BOOLEAN, STRING } from '../expression/data-type.ts'
import { text, type FunctionSpec, type Parameter } from './definition.ts'

const value: Parameter = { name: 'json', kinds: ['json', 'string'] }

/** `$`, then fields and positions: `$.a.b[0]`. Nothing else means the same everywhere. */
const path = text('path', {
  literal: (given) =>
    /^\$(?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]{1,6}\])*$/.test(given)
      ? undefined
      : 'must be a path of fields and positions such as `$.a.b[0]`',
})

/** Functions of JSON values, and of text that may hold one; text that is no JSON gives null. */
export const JSON_FUNCTIONS: readonly FunctionSpec[] = [
  {
    name: 'json_text',
    parameters: [value, path],
    returns: STRING,
    nullable: true,
    doc: 'The text at the path when a JSON string stands there, otherwise null.',
    examples: [
      [`json_text('{"a": {"b": ["x", "y"]}}', '$.a.b[1]')`, 'y'],
      [`json_text('{"a": 1}', '$.a')`, null],
      [`json_text('{"a": "\\u00e9\\"q"}', '$.a')`, 'é"q'],
      [`json_text('{"a": null}', '$.a')`, null],
      [`json_text('"s"', '$')`, 's'],
      [`json_text('{broken', '$.a')`, null],
    ],
  },
  {
    name: 'json_exists',
    parameters: [value, path],
    returns: BOOLEAN,
    nullable: true,
    doc: 'Whether anything, null included, stands at the path.',
    examples: [
      [`json_exists('{"a": null}', '$.a')`, true],
      [`json_exists('{"a": 1}', '$.b')`, false],
      [`json_exists('{broken', '$.a')`, null],
    ],
  },
  {
    name: 'json_valid',
    parameters: [text('text')],
    returns: BOOLEAN,
    doc: 'Whether the text is one JSON value.',
    examples: [
      [`json_valid('{"a": [1, 2]}')`, true],
      [`json_valid('{a: 1}')`, false],
      [`json_valid('')`, false],
    ],
  },
]
