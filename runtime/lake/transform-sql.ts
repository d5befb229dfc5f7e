import { decimalOf, type PrimitiveType } from './schema.ts'
import { parseTransform, type Transform } from './transform.ts'
import type { PartitionValue } from './value.ts'
import { quoteText } from './duckdb-type.ts'

const MASK = '4294967295'

/**
 * The transform as a DuckDB expression over `column` (SQL text). Its values print (`::VARCHAR`) as a `PartitionValue`
 * of the result type: days and microseconds as integers, binary as lower-case hex. Independent of the session's zone.
 */
export function transformSql(transform: Transform, source: PrimitiveType, column: string): string {
  const parts = parseTransform(transform)
  const width = parts?.width ?? 0
  switch (parts?.name) {
    case 'identity':
      return plainSql(source, column)
    case 'bucket':
      return `CAST((${hashSql(source, column)} & 2147483647) % ${width} AS INTEGER)`
    case 'truncate':
      return truncateSql(source, column, width)
    case 'year':
      return `CAST(year(${utc(source, column)}) - 1970 AS INTEGER)`
    case 'month':
      return `CAST((year(${utc(source, column)}) - 1970) * 12 + month(${utc(source, column)}) - 1 AS INTEGER)`
    case 'day':
      return `CAST(date_diff('day', DATE '1970-01-01', CAST(${utc(source, column)} AS DATE)) AS INTEGER)`
    case 'hour':
      return `CAST(date_diff('hour', TIMESTAMP '1970-01-01 00:00:00', ${utc(source, column)}) AS INTEGER)`
    case 'void':
    case undefined:
      return 'NULL'
  }
}

/** A partition value as a literal to compare a `transformSql` expression with. */
export function partitionLiteral(result: PrimitiveType, value: PartitionValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  switch (result) {
    case 'string':
    case 'binary':
      return quoteText(String(value))
    case 'float':
    case 'double':
      return `CAST(${quoteText(String(value))} AS ${result.toUpperCase()})`
    default: {
      const decimal = decimalOf(result)
      if (decimal === undefined) return String(value)
      return `CAST(${quoteText(String(value))} AS DECIMAL(${decimal.precision}, ${decimal.scale}))`
    }
  }
}

/** A TIMESTAMP that reads in UTC whatever the session's time zone; a date stays a date. */
function utc(source: PrimitiveType, column: string): string {
  return source === 'timestamptz' ? `make_timestamp(epoch_us(${column}))` : column
}

function plainSql(source: PrimitiveType, column: string): string {
  switch (source) {
    case 'date':
      return `CAST(date_diff('day', DATE '1970-01-01', ${column}) AS INTEGER)`
    case 'timestamp':
    case 'timestamptz':
      return `epoch_us(${column})`
    case 'binary':
      return `lower(hex(${column}))`
    default:
      return column
  }
}

function truncateSql(source: PrimitiveType, column: string, width: number): string {
  if (source === 'string') return `left(${column}, ${width})`
  if (source === 'binary') return `left(lower(hex(${column})), ${2 * width})`
  const decimal = decimalOf(source)
  if (decimal === undefined) return `(${column} - ((${column} % ${width}) + ${width}) % ${width})`
  const step = `CAST(${(width / 10 ** decimal.scale).toFixed(decimal.scale)} AS DECIMAL(38, ${decimal.scale}))`
  const wide = `CAST(${column} AS DECIMAL(38, ${decimal.scale}))`
  return `CAST(${wide} - ((${wide} % ${step}) + ${step}) % ${step} AS DECIMAL(${decimal.precision}, ${decimal.scale}))`
}

/** Murmur3 of the value's hashed bytes, as an unsigned 32-bit number. */
function hashSql(source: PrimitiveType, column: string): string {
  const decimal = decimalOf(source)
  if (decimal !== undefined) return bytesHashSql(decimalHexSql(column))
  if (source === 'string') return bytesHashSql(`hex(encode(${column}))`)
  if (source === 'binary') return bytesHashSql(`hex(${column})`)
  return longHashSql(`CAST(${plainSql(source, column)} AS BIGINT)`)
}

/** The unscaled number as hex of its shortest two's complement: leading bytes that only repeat the sign go. */
function decimalHexSql(column: string): string {
  const unscaled = `CAST(replace(CAST(${column} AS VARCHAR), '.', '') AS HUGEINT)`
  return `list_transform([${unscaled}], lambda u: CASE
    WHEN u >= 0 THEN regexp_replace('00' || repeat('0', length(to_hex(u)) % 2) || to_hex(u), '^(00)*([0-7][0-9A-F])', '\\2')
    ELSE regexp_replace(to_hex(u), '^(FF)*([89A-F][0-9A-F])', '\\2') END)[1]`
}

function longHashSql(value: string): string {
  const bits = `list_transform([${value}], lambda v: CASE WHEN v >= 0 THEN CAST(v AS UHUGEINT)
    ELSE CAST(CAST(v AS HUGEINT) + 18446744073709551616 AS UHUGEINT) END)[1]`
  const blocks = `list_transform([${bits}], lambda b: [CAST(b % 4294967296 AS UBIGINT), CAST(b // 4294967296 AS UBIGINT)])[1]`
  return finishSql(blocksSql(blocks), '8')
}

function bytesHashSql(hex: string): string {
  const hash = `list_transform([x], lambda h: ${finishSql(tailSql('h'), '(length(h) // 2)')})[1]`
  return hash.replace('[x]', `[${hex}]`)
}

/** Mixes the little-endian 32-bit blocks of `list` in order. */
function blocksSql(list: string): string {
  return `list_reduce(${list}, lambda hash, block: (${rotateSql(`xor(hash, ${scrambleSql('block')})`, 13)} * 5 + 3864292196) & ${MASK}, CAST(0 AS UBIGINT))`
}

/** All whole blocks of the bytes `hex` and then the rest of one to three bytes. */
function tailSql(hex: string): string {
  const block = (at: string, length: number): string => {
    const bytes = Array.from({ length }, (_, index) => `substr(${hex}, ${at} + ${2 * (length - 1 - index) + 1}, 2)`)
    return `CAST('0x0' || ${bytes.join(' || ')} AS UBIGINT)`
  }
  const whole = `list_transform(range(length(${hex}) // 8), lambda i: ${block('i * 8', 4)})`
  const rest = `(length(${hex}) // 8 * 8)`
  const tail = `CASE (length(${hex}) // 2) % 4 WHEN 1 THEN ${block(rest, 1)} WHEN 2 THEN ${block(rest, 2)} WHEN 3 THEN ${block(rest, 3)} ELSE CAST(0 AS UBIGINT) END`
  return `xor(${blocksSql(whole)}, ${scrambleSql(tail)})`
}

function scrambleSql(block: string): string {
  return `((${rotateSql(`((${block} * 3432918353) & ${MASK})`, 15)} * 461845907) & ${MASK})`
}

function rotateSql(value: string, bits: number): string {
  return `list_transform([${value}], lambda r: ((r << ${bits}) | (r >> ${32 - bits})) & ${MASK})[1]`
}

function finishSql(hash: string, length: string): string {
  const step = (value: string, shift: number, factor: string): string =>
    `list_transform([${value}], lambda f: (xor(f, f >> ${shift}) * ${factor}) & ${MASK})[1]`
  const mixed = step(step(`xor(${hash}, CAST(${length} AS UBIGINT))`, 16, '2246822507'), 13, '3266489909')
  return `list_transform([${mixed}], lambda f: xor(f, f >> 16))[1]`
}
