import { nearestMatch, type Span } from '#diagnostics'
import type { Field, Shape } from './kinds/kind.ts'
import { nounsOf } from './kinds/nouns-of.ts'
import { spanBetween, type SourceText } from './yaml/source-text.ts'

/** A key, bare or quoted, where YAML may have one; what follows it on its line is the value. */
const KEY = /(?<=^|[\s{,])(["']?)([A-Za-z_][\w-]*)\1[ \t]*:(?=[\s"'[{]|$)/gm
/** What may stand behind the key of a secret: its name, in quotes or not, and a comment. */
const BY_NAME = /^[ \t]*(["']?)\$\{secrets\.[\w-]+\}\1[ \t]*(?:[,}#\r\n]|$)/

/**
 * The places of a file that hold a secret written out: the values of the fields that are secrets, also of misspelt
 * ones and of those written twice. Works on the text, so that a file that is not YAML gives nothing away either; where
 * it cannot tell the end of a value it takes the rest of the line and all deeper lines.
 */
export function plainSecrets(shape: Shape, source: SourceText): Span[] {
  const { secret, known } = keysOf(shape)
  if (secret.length === 0) return []
  const { text } = source
  return [...text.matchAll(KEY)].flatMap((match) => {
    const [whole, , key = ''] = match
    if (!secret.includes(key) && (known.has(key) || nearestMatch(key, secret) === undefined)) return []
    const behind = match.index + whole.length
    const start = behind + text.slice(behind).search(/[^ \t]|$/)
    if (BY_NAME.test(text.slice(start, lineEnd(text, start) + 1))) return []
    const end = valueEnd(text, match.index, start)
    return text.slice(start, end).trim() === '' ? [] : [spanBetween(source, start, end)]
  })
}

interface Keys {
  readonly secret: readonly string[]
  readonly known: ReadonlySet<string>
}

const found = new WeakMap<Shape, Keys>()

/** The keys of secrets, and all keys, of the nouns within `shape`. */
function keysOf(shape: Shape): Keys {
  const before = found.get(shape)
  if (before !== undefined) return before
  const all = nounsOf(shape).flatMap(({ fields }) => Object.entries<Field>(fields))
  const secret = all
    .filter(([, { kind }]) => kind.shape.type === 'secret')
    .flatMap(([key, { deprecated = [] }]) => [key, ...deprecated])
  const keys = { secret: [...new Set(secret)], known: new Set(all.map(([key]) => key)) }
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
