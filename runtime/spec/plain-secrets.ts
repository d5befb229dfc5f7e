import { nearestMatch, type Span } from '#diagnostics'
import type { Field, Shape } from './kinds/kind.ts'
import { isAddress, loginsIn } from './kinds/address.ts'
import { nounsOf } from './kinds/nouns-of.ts'
import { spanBetween, type SourceText } from './yaml/source-text.ts'

/** A key, bare or quoted, where YAML may have one; what follows it on its line is the value. */
const KEY = /(?<=^|[\s{,])(["']?)([A-Za-z_][\w-]*)\1[ \t]*:(?=[\s"'[{]|$)/gm
/** What may stand behind the key of a secret: its name, in quotes or not, and a comment. */
const BY_NAME = /^[ \t]*(["']?)\$\{secrets\.[\w-]+\}\1[ \t]*(?:[,}#\r\n]|$)/

/**
 * The places of a file that hold a secret written out: the values of the fields that are secrets, also of misspelt
 * ones and of those written twice, addresses in which somebody may log in, and the logins of addresses anywhere. Works on the text, so that a file that is not YAML gives nothing away either; where
 * it cannot tell the end of a value it takes the rest of the line and all deeper lines.
 */
export function plainSecrets(shape: Shape, source: SourceText): Span[] {
  const { secret, address, known } = keysOf(shape)
  const { text } = source
  const logins = loginsIn(text).map(({ start, end }) => spanBetween(source, start, end))
  const values = [...text.matchAll(KEY)].flatMap((match) => {
    const [whole, , key = ''] = match
    const isSecret = isOneOf(secret, key, known)
    if (!isSecret && !isOneOf(address, key, known)) return []
    const behind = match.index + whole.length
    const start = behind + text.slice(behind).search(/[^ \t]|$/)
    if (BY_NAME.test(text.slice(start, lineEnd(text, start) + 1))) return []
    const end = valueEnd(text, match.index, start)
    const value = text.slice(start, end).trim()
    return value === '' || (!isSecret && !value.includes('@')) ? [] : [spanBetween(source, start, end)]
  })
  return [...values, ...logins]
}

/** Whether a key is one of `keys`, or a misspelling of one. */
function isOneOf(keys: readonly string[], key: string, known: ReadonlySet<string>): boolean {
  return keys.includes(key) || (!known.has(key) && nearestMatch(key, keys) !== undefined)
}

interface Keys {
  readonly secret: readonly string[]
  readonly address: readonly string[]
  readonly known: ReadonlySet<string>
}

const found = new WeakMap<Shape, Keys>()

/** The keys of secrets, of addresses, and all keys, of the nouns within `shape`. */
function keysOf(shape: Shape): Keys {
  const before = found.get(shape)
  if (before !== undefined) return before
  const all = nounsOf(shape).flatMap(({ fields }) => Object.entries<Field>(fields))
  const keysWith = (holds: (shape: Shape) => boolean): string[] => {
    const those = all.filter(([, { kind }]) => holds(kind.shape))
    return [...new Set(those.flatMap(([key, { deprecated = [] }]) => [key, ...deprecated]))]
  }
  const secret = keysWith(({ type }) => type === 'secret')
  const keys = { secret, address: keysWith(isAddress), known: new Set(all.map(([key]) => key)) }
  found.set(shape, keys)
  return keys
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/** The end of the value that starts at `start`: that of the line, and of the deeper lines after it. */
function valueEnd(text: string, key: number, start: number): number {
  const lineStart = text.lastIndexOf('\n', key - 1) + 1
  const indent = key - lineStart
  let end = lineEnd(text, start)
  while (end < text.length) {
    const next = lineEnd(text, end + 1)
    const line = text.slice(end + 1, next)
    if (line.trim() !== '' && line.search(/\S/) <= indent) break
    end = next
  }
  return end
}
