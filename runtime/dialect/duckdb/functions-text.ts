import type { CallExpr } from '#plan'
import { bind } from './bind.ts'
import type { FunctionSql } from './function-sql.ts'

/** What `repeat` and the pads may give at most: see the function table. */
const MAX_TEXT = 1_000_000

const named =
  (name: string): FunctionSql =>
  (args) =>
    `${name}(${args.join(', ')})`

/** The form where all arguments are in its domain, and null elsewhere. Literals were checked when they were compiled. */
const guarded =
  (domain: (...names: string[]) => string, form: (...names: string[]) => string): FunctionSql =>
  (args, call) =>
    allLiteral(call)
      ? form(...args)
      : bind(args, (...names) => `CASE WHEN ${domain(...names)} THEN ${form(...names)} END`)

/** True when only the first argument, the text, can vary. */
function allLiteral({ args }: CallExpr): boolean {
  return args.slice(1).every((arg) => arg.kind === 'literal' && arg.value !== null)
}

const pad = (name: string): FunctionSql => {
  const form = (text = '', length = '', fill = ''): string => `${name}(${text}, CAST(${length} AS INTEGER), ${fill})`
  return (args) =>
    bind(
      args,
      (text = '', length = '', fill = '') =>
        `CASE WHEN ${length} BETWEEN 0 AND ${MAX_TEXT} AND ${fill} <> '' THEN ${form(text, length, fill)} END`,
    )
}

const part = (name: string): FunctionSql =>
  guarded(
    (_text, length = '') => `${length} >= 0`,
    (text = '', length = '') => `${name}(${text}, ${clamped(length)})`,
  )

/** DuckDB raises for positions and lengths beyond 32 bits; no text is that long. Nulls do not come here. */
function clamped(position: string): string {
  return `least(${position}, 4294967295)`
}

/** The bytes are bounded on both sides, so that the product is never computed. */
function repeatDomain(text = '', count = ''): string {
  return `${count} BETWEEN 0 AND ${MAX_TEXT} AND strlen(${text}) <= ${MAX_TEXT} / ${count}`
}

/** A JSON function of text that may be no JSON. */
const json =
  (form: (value: string, path: string) => string): FunctionSql =>
  ([value = '', path = ''], { args: [arg] }) =>
    bind([value], (v) => {
      const found = form(v, path)
      return arg?.type.kind === 'json' ? found : `CASE WHEN json_valid(${v}) THEN ${found} END`
    })

/** DuckDB gives a join with a literal null no type. */
const concat: FunctionSql = (args, call) =>
  call.args.some((arg) => arg.kind === 'literal' && arg.value === null)
    ? 'CAST(NULL AS VARCHAR)'
    : `(${args.join(' || ')})`

/** Functions of text, regular expressions and JSON. */
export const TEXT_SQL: Readonly<Record<string, FunctionSql>> = {
  concat,
  concat_ws: named('concat_ws'),
  lower: named('lower'),
  upper: named('upper'),
  trim: ([text = '']) => `trim(${text}, ' ')`,
  ltrim: ([text = '']) => `ltrim(${text}, ' ')`,
  rtrim: ([text = '']) => `rtrim(${text}, ' ')`,
  length: named('length'),
  substring: guarded(
    (_text, start = '', length = '0') => `${start} >= 1 AND ${length} >= 0`,
    (text = '', ...numbers) => `substring(${[text, ...numbers.map(clamped)].join(', ')})`,
  ),
  left: part('left'),
  right: part('right'),
  lpad: pad('lpad'),
  rpad: pad('rpad'),
  repeat: (args) =>
    bind(args, (text = '', count = '') => `CASE WHEN ${repeatDomain(text, count)} THEN repeat(${text}, ${count}) END`),
  reverse: ([text = '']) => `array_to_string(list_reverse(string_split(${text}, '')), '')`,
  replace: named('replace'),
  translate: named('translate'),
  starts_with: named('starts_with'),
  ends_with: named('ends_with'),
  strpos: named('strpos'),
  split_part: guarded(
    (_text, separator = '', position = '') => `${separator} <> '' AND ${position} >= 1`,
    (text = '', separator = '', position = '') => `list_extract(string_split(${text}, ${separator}), ${position})`,
  ),
  split: named('string_split'),
  md5: named('md5'),
  sha256: named('sha256'),
  base64: ([text = '']) => `to_base64(encode(${text}))`,
  hex: named('hex'),
  ascii: (args) => bind(args, (text = '') => `CASE WHEN ascii(${text}) < 128 THEN CAST(ascii(${text}) AS BIGINT) END`),
  chr: (args) =>
    bind(args, (code = '') => `CASE WHEN ${code} BETWEEN 1 AND 127 THEN chr(CAST(${code} AS INTEGER)) END`),
  url_encode: named('url_encode'),
  regex_like: named('regexp_matches'),
  regex_extract: ([text = '', pattern = ''], { args: [, , group] }) => {
    const number = group?.kind === 'literal' ? String(group.value) : '0'
    return bind(
      [text],
      (v) => `CASE WHEN regexp_matches(${v}, ${pattern}) THEN regexp_extract(${v}, ${pattern}, ${number}) END`,
    )
  },
  regex_replace: (args) => `regexp_replace(${args.join(', ')}, 'g')`,
  json_text: json(
    (value, path) =>
      `CASE WHEN json_type(${value}, ${path}) = 'VARCHAR' THEN json_extract_string(${value}, ${path}) END`,
  ),
  json_exists: json((value, path) => `json_exists(${value}, ${path})`),
  json_valid: named('json_valid'),
}
