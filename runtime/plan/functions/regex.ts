import { BOOLEAN, STRING } from '../expression/data-type.ts'
import { literalText, long, text, type FunctionSpec } from './definition.ts'
import { checkPattern } from './pattern.ts'

const s = text('text')
/** Its form is checked by `patternProblem`, which says where in the pattern the fault lies. */
const pattern = text('pattern', { literal: () => undefined })

/** Functions of regular expressions of the portable subset: see `checkPattern`. */
export const REGEX_FUNCTIONS: readonly FunctionSpec[] = [
  {
    name: 'regex_like',
    parameters: [s, pattern],
    returns: BOOLEAN,
    doc: 'Whether the pattern matches anywhere; anchor it with `^` and `\\z`.',
    examples: [
      ["regex_like('device-17', '[0-9]+')", true],
      ["regex_like('device', '^vice')", false],
      ["regex_like('b', '^[a-c]\\z')", true],
      ["regex_like('é', '\\w')", false],
      ["regex_like('😀', '^.\\z')", true],
      ["regex_like('', '')", true],
    ],
  },
  {
    name: 'regex_extract',
    parameters: [
      s,
      pattern,
      long('group', { optional: true, literal: (value) => (Number(value) < 0 ? 'must be at least 0' : undefined) }),
    ],
    returns: STRING,
    nullable: true,
    check: ([, given, group]) => {
      const count = checkPattern(literalText(given) ?? '').groups
      return Number(literalText(group) ?? 0) > count
        ? { index: 2, detail: `names a group and the pattern has ${count}` }
        : undefined
    },
    doc: 'The first match, or its group; null when there is none, empty when the group took no part.',
    examples: [
      ["regex_extract('a=1,b=22', 'b=([0-9]+)', 1)", '22'],
      ["regex_extract('a=1,b=22', '[0-9]+')", '1'],
      ["regex_extract('abc', 'z')", null],
      ["regex_extract('abc', 'b(z)?', 1)", ''],
    ],
  },
  {
    name: 'regex_replace',
    parameters: [
      s,
      pattern,
      text('by', {
        literal: (value) => (value.includes('\\') ? 'must hold no backslash: groups are not put back' : undefined),
      }),
    ],
    returns: STRING,
    check: ([, given]) =>
      checkPattern(literalText(given) ?? '').empty ? { index: 1, detail: 'must not match the empty text' } : undefined,
    doc: 'Every match replaced; `by` is taken as it stands.',
    examples: [
      ["regex_replace('a1b22', '[0-9]+', '#')", 'a#b#'],
      ["regex_replace('aaa', 'a', '$1')", '$1$1$1'],
      ["regex_replace('abc', 'z', '')", 'abc'],
    ],
  },
]
