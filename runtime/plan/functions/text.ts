import { LONG, STRING } from '../expression/data-type.ts'
import { long, text, type ArgumentsCheck, type FunctionSpec } from './definition.ts'

/** Most bytes `repeat` gives, and most characters `lpad` and `rpad` do; more is null. */
export const MAX_TEXT = 1_000_000

const atLeast = (least: number) => (value: string) => (Number(value) < least ? `must be at least ${least}` : undefined)
const s = text('text')

/** A text function of `parameters` that gives text. */
function textual(
  name: string,
  parameters: FunctionSpec['parameters'],
  doc: string,
  examples: FunctionSpec['examples'],
): FunctionSpec {
  return { name, parameters, returns: STRING, doc, examples }
}

const bounded =
  (name: string, least: number): ArgumentsCheck =>
  (args) => {
    const index = args.findIndex((arg, at) => at > 0 && arg.type.kind === 'long')
    const arg = args[index]
    if (arg?.kind !== 'literal' || arg.value === null) return undefined
    const detail = atLeast(least)(String(arg.value))
    return detail === undefined ? undefined : { index, detail: `${detail} in \`${name}\`` }
  }

/** Functions of text. Positions and lengths count code points, positions from 1. */
export const TEXT_FUNCTIONS: readonly FunctionSpec[] = [
  textual('concat', [text('text', { repeated: true })], 'All arguments joined; null when any is null.', [
    ["concat('a', 'b', 'c')", 'abc'],
    ["concat('a', cast(null as string))", null],
    ["'a' || '' || '😀'", 'a😀'],
  ]),
  {
    name: 'concat_ws',
    parameters: [text('separator'), text('text', { repeated: true })],
    returns: STRING,
    doc: 'The arguments that are not null, joined by the separator.',
    examples: [
      ["concat_ws('-', 'a', cast(null as string), 'b')", 'a-b'],
      ["concat_ws('-', cast(null as string))", ''],
      ["concat_ws(cast(null as string), 'a')", null],
    ],
  },
  textual('lower', [s], 'Lower case, by Unicode simple case mapping: one code point for one.', [
    ["lower('ÀB')", 'àb'],
    ["lower('İ')", 'i'],
    ["lower('ΑΣ')", 'ασ'],
    ["lower('ẞ')", 'ß'],
    ["lower('')", ''],
  ]),
  textual('upper', [s], 'Upper case, by Unicode simple case mapping: one code point for one.', [
    ["upper('àb')", 'ÀB'],
    ["upper('ß')", 'ẞ'],
    ["upper('ﬁ')", 'ﬁ'],
    ["upper('ı')", 'I'],
    ["upper('ς')", 'Σ'],
  ]),
  textual('trim', [s], 'Without spaces (U+0020 alone) at both ends.', [
    ["trim('  a b ')", 'a b'],
    ["trim('\u00a0a\t')", '\u00a0a\t'],
    ["trim('   ')", ''],
  ]),
  textual('ltrim', [s], 'Without spaces (U+0020 alone) at the start.', [["ltrim('  a ')", 'a ']]),
  textual('rtrim', [s], 'Without spaces (U+0020 alone) at the end.', [["rtrim('  a ')", '  a']]),
  {
    name: 'length',
    parameters: [s],
    returns: LONG,
    doc: 'The number of code points.',
    examples: [
      ["length('aé😀')", 3],
      ["length('')", 0],
      ["length('👩‍👩‍👧')", 5],
    ],
  },
  {
    name: 'substring',
    parameters: [s, long('start'), long('length', { optional: true })],
    returns: STRING,
    nullable: true,
    check: (args) => {
      const [, start, length] = args
      if (start?.kind === 'literal' && Number(start.value) < 1)
        return { index: 1, detail: 'must be at least 1: positions count from 1' }
      return length?.kind === 'literal' && Number(length.value) < 0
        ? { index: 2, detail: 'must be at least 0' }
        : undefined
    },
    doc: 'From position `start`, at most `length` code points; null when `start` is below 1 or `length` below 0.',
    examples: [
      ["substring('hello', 2, 3)", 'ell'],
      ["substring('hello', 4)", 'lo'],
      ["substring('a😀b', 2, 1)", '😀'],
      ["substring('hello', 9, 1)", ''],
      ["substring('hello', 1 - 1, 3)", null],
      ["substring('hello', 1, 1 - 2)", null],
    ],
  },
  {
    ...textual('left', [s, long('length')], 'The first `length` code points; null when `length` is below 0.', [
      ["left('a😀b', 2)", 'a😀'],
      ["left('a', 0)", ''],
      ["left('a', 1 - 2)", null],
    ]),
    nullable: true,
    check: bounded('left', 0),
  },
  {
    ...textual('right', [s, long('length')], 'The last `length` code points; null when `length` is below 0.', [
      ["right('a😀b', 2)", '😀b'],
      ["right('a', 5)", 'a'],
      ["right('abc', 0)", ''],
      ["right('a', 1 - 2)", null],
    ]),
    nullable: true,
    check: bounded('right', 0),
  },
  {
    ...textual(
      'lpad',
      [s, long('length'), text('pad')],
      'Filled from the left with `pad` to exactly `length` code points, or cut to them.',
      [
        ["lpad('7', 3, '0')", '007'],
        ["lpad('hello', 2, '0')", 'he'],
        ["lpad('😀', 3, 'ab')", 'ab😀'],
        ["lpad('a', 3, '')", null],
        ["lpad('a', 1 - 2, 'x')", null],
      ],
    ),
    nullable: true,
    check: bounded('lpad', 0),
  },
  {
    ...textual(
      'rpad',
      [s, long('length'), text('pad')],
      'Filled from the right with `pad` to exactly `length` code points, or cut to them.',
      [
        ["rpad('7', 3, '0')", '700'],
        ["rpad('hello', 2, '0')", 'he'],
        ["rpad('a', 3, '')", null],
      ],
    ),
    nullable: true,
    check: bounded('rpad', 0),
  },
  {
    ...textual(
      'repeat',
      [s, long('count')],
      `The text \`count\` times; null when \`count\` is below 0 or the result above ${MAX_TEXT} bytes.`,
      [
        ["repeat('ab', 3)", 'ababab'],
        ["repeat('ab', 0)", ''],
        ["repeat('ab', 1 - 2)", null],
        ["repeat('ab', 100000000000)", null],
      ],
    ),
    nullable: true,
    check: bounded('repeat', 0),
  },
  textual('reverse', [s], 'The code points in reverse order.', [
    ["reverse('a😀b')", 'b😀a'],
    ["reverse('e\u0301x')", 'x\u0301e'],
    ["reverse('')", ''],
  ]),
  textual(
    'replace',
    [s, text('search'), text('by')],
    'Every occurrence of `search` replaced; an empty `search` is found nowhere.',
    [
      ["replace('banana', 'an', 'x')", 'bxxa'],
      ["replace('abc', '', 'x')", 'abc'],
      ["replace('abc', 'b', '')", 'ac'],
    ],
  ),
  textual(
    'translate',
    [s, text('from'), text('to')],
    'Each code point of `from` replaced by that of `to` at its place, or dropped.',
    [
      ["translate('abcab', 'ab', 'x')", 'xcx'],
      ["translate('aéa', 'é', 'e')", 'aea'],
    ],
  ),
  {
    name: 'starts_with',
    parameters: [s, text('prefix')],
    returns: { kind: 'boolean' },
    doc: 'Whether the text starts so.',
    examples: [
      ["starts_with('abc', 'ab')", true],
      ["starts_with('abc', '')", true],
      ["starts_with('a', 'ab')", false],
    ],
  },
  {
    name: 'ends_with',
    parameters: [s, text('suffix')],
    returns: { kind: 'boolean' },
    doc: 'Whether the text ends so.',
    examples: [
      ["ends_with('abc', 'bc')", true],
      ["ends_with('abc', '')", true],
    ],
  },
  {
    name: 'strpos',
    parameters: [s, text('search')],
    returns: LONG,
    doc: 'Position of the first occurrence, counted from 1; 0 when there is none.',
    examples: [
      ["strpos('a😀b', 'b')", 3],
      ["strpos('abc', 'x')", 0],
      ["strpos('abc', '')", 1],
    ],
  },
  {
    name: 'split_part',
    parameters: [s, text('separator'), long('position')],
    returns: STRING,
    nullable: true,
    check: (args) => {
      const [, separator, position] = args
      if (separator?.kind === 'literal' && separator.value === '') return { index: 1, detail: 'must not be empty' }
      return position?.kind === 'literal' && Number(position.value) < 1
        ? { index: 2, detail: 'must be at least 1' }
        : undefined
    },
    doc: 'The part at `position`, counted from 1; null past the end, below 1, and for an empty separator.',
    examples: [
      ["split_part('a,b,,d', ',', 2)", 'b'],
      ["split_part('a,b,,d', ',', 3)", ''],
      ["split_part('a,b', ',', 3)", null],
      ["split_part('a,b', ',', 1 - 1)", null],
      ["split_part('', ',', 1)", ''],
    ],
  },
  {
    name: 'split',
    parameters: [s, text('separator', { literal: (value) => (value === '' ? 'must not be empty' : undefined) })],
    returns: { kind: 'list', element: { type: STRING, nullable: false } },
    doc: 'The parts between the separators.',
    examples: [
      ["split('a,b,,d', ',')", ['a', 'b', '', 'd']],
      ["split('', ',')", ['']],
      ["split(cast(null as string), ',')", null],
    ],
  },
  textual('md5', [s], 'MD5 of the UTF-8 bytes, lower-case hex.', [["md5('a')", '0cc175b9c0f1b6a831c399e269772661']]),
  textual('sha256', [s], 'SHA-256 of the UTF-8 bytes, lower-case hex.', [
    ["sha256('')", 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ]),
  textual('base64', [s], 'Base64 of the UTF-8 bytes, with padding.', [
    ["base64('é')", 'w6k='],
    ["base64('')", ''],
  ]),
  textual('hex', [s], 'Upper-case hex of the UTF-8 bytes.', [
    ["hex('é')", 'C3A9'],
    ["hex('')", ''],
  ]),
  {
    name: 'ascii',
    parameters: [s],
    returns: LONG,
    nullable: true,
    doc: 'Code of the first character; 0 for empty text, null beyond ASCII.',
    examples: [
      ["ascii('Ab')", 65],
      ["ascii('')", 0],
      ["ascii('é')", null],
    ],
  },
  {
    name: 'chr',
    parameters: [long('code')],
    returns: STRING,
    nullable: true,
    doc: 'The ASCII character of a code from 1 to 127; null for others.',
    examples: [
      ['chr(65)', 'A'],
      ['chr(0)', null],
      ['chr(-1)', null],
      ['chr(128)', null],
    ],
  },
  textual('url_encode', [s], 'Percent-encoding of RFC 3986: letters, digits and `-._~` stay, a space is `%20`.', [
    ["url_encode('a b~*é')", 'a%20b~%2A%C3%A9'],
    ["url_encode('')", ''],
  ]),
]
