/** A word, literal, name or sign of a statement; `spaced` when blanks stand before it. */
interface Token {
  readonly text: string
  readonly spaced: boolean
}

interface Group {
  readonly open: Token
  readonly body: readonly Part[]
  readonly close: Token | undefined
}

type Part = Token | Group

const WIDTH = 100
const TOKEN =
  /\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*|[0-9][0-9A-Za-z_.]*|::|:=|<=|>=|<>|!=|\|\||./suy
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', case: 'end' }
/** What begins a clause, longer phrases first. */
const PHRASES = [
  'delete from',
  ...[
    'union all by name',
    'union all',
    'select distinct',
    'left join',
    'semi join',
    'anti join',
    'group by',
    'order by',
  ],
  ...['partition by', 'with', 'select', 'from', 'where', 'join', 'having', 'limit', 'values', 'set', 'window', 'when'],
  'else',
].map((phrase) => phrase.split(' '))

/**
 * A statement broken into lines where clauses, lists and brackets begin, as far as a line does not hold them. Only
 * blanks change: the tokens, and so what the statement means, stay.
 */
export function formatSql(sql: string): string {
  const tokens = tokenize(sql)
  const parts: Part[] = []
  for (let at = 0; at < tokens.length;) {
    const { part, next } = readPart(tokens, at)
    parts.push(part)
    at = next
  }
  return block(parts, 0)
}

function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  let spaced = false
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(sql); match !== null; match = TOKEN.exec(sql)) {
    const [text] = match
    if (/^\s/.test(text)) spaced = true
    else {
      tokens.push({ text, spaced })
      spaced = false
    }
  }
  return tokens
}

function readPart(tokens: readonly Token[], at: number): { part: Part; next: number } {
  const open = tokens[at] ?? { text: '', spaced: false }
  const closing = CLOSING[open.text.toLowerCase()]
  if (closing === undefined) return { part: open, next: at + 1 }
  const body: Part[] = []
  let next = at + 1
  while (next < tokens.length && tokens[next]?.text.toLowerCase() !== closing) {
    const inner = readPart(tokens, next)
    body.push(inner.part)
    next = inner.next
  }
  return { part: { open, body, close: tokens[next] }, next: next + 1 }
}

/** Parts as lines, of which the first starts at column `indent`. */
function block(parts: readonly Part[], indent: number): string {
  if (fits(parts, indent)) return flat(parts)
  return clauses(parts)
    .map((each) => clause(each, indent))
    .join(`\n${' '.repeat(indent)}`)
}

interface Clause {
  /** The words it begins with. */
  readonly head: readonly Part[]
  readonly body: Part[]
}

function clause({ head, body }: Clause, indent: number): string {
  if (fits([...head, ...body], indent)) return flat([...head, ...body])
  const start = head.length === 0 ? '' : `${flat(head)} `
  const items = split(body, ',')
  if (items.length > 1) return listed(start.trimEnd(), items, indent)
  const [first = [], ...rest] = conditionsOf(body)
  const lines = rest.map((each) => `${' '.repeat(indent + 2)}${item(each, indent + 2, 0)}`)
  return [start + item(first, indent, start.length), ...lines].join('\n')
}

function listed(head: string, items: readonly (readonly Part[])[], indent: number): string {
  const inner = head === '' ? indent : indent + 2
  const lines = items.map((each) => item(each, inner, 0))
  const blanks = `\n${' '.repeat(inner)}`
  return `${head}${head === '' ? '' : blanks}${lines.join(`,${blanks}`)}`
}

/** One item of a list: brackets that a line cannot hold are opened. `used` columns of its line are taken. */
function item(parts: readonly Part[], indent: number, used: number): string {
  let text = ''
  for (const [index, part] of parts.entries()) {
    const space = index > 0 && spacedOf(part) ? ' ' : ''
    const column = indent + used + text.length - text.lastIndexOf('\n') - 1
    if (!isGroup(part) || column + flat([part]).length <= WIDTH) {
      text += space + flat([part])
      continue
    }
    const inner = `\n${' '.repeat(indent + 2)}${block(part.body, indent + 2)}\n${' '.repeat(indent)}`
    text += `${space}${part.open.text}${inner}${part.close?.text ?? ''}`
  }
  return text
}

function clauses(parts: readonly Part[]): Clause[] {
  const found: Clause[] = []
  for (let at = 0; at < parts.length;) {
    const length = phraseAt(parts, at)
    const last = found.at(-1)
    if (length > 0 || last === undefined) found.push({ head: parts.slice(at, at + length), body: [] })
    if (length === 0) found.at(-1)?.body.push(...parts.slice(at, at + 1))
    at += Math.max(1, length)
  }
  return found
}

/** How many parts the phrase has that begins a clause here; 0 when none does. */
function phraseAt(parts: readonly Part[], at: number): number {
  const before = parts[at - 1]
  // `is distinct from` is a comparison.
  if (before !== undefined && wordOf(before) === 'distinct' && wordOf(parts[at]) === 'from') return 0
  const phrase = PHRASES.find((words) => words.every((word, index) => wordOf(parts[at + index]) === word))
  return phrase?.length ?? 0
}

/** The conditions that `and` and `or` join, each but the first with the word before it. */
function conditionsOf(parts: readonly Part[]): Part[][] {
  const found: Part[][] = [[]]
  let range = false
  for (const part of parts) {
    const word = wordOf(part)
    const joins = (word === 'and' && !range) || word === 'or'
    range = word === 'between' || (range && word !== 'and')
    if (joins) found.push([part])
    else found.at(-1)?.push(part)
  }
  return found
}

function split(parts: readonly Part[], sign: string): Part[][] {
  const found: Part[][] = [[]]
  for (const part of parts) {
    if (!isGroup(part) && part.text === sign) found.push([])
    else found.at(-1)?.push(part)
  }
  return found
}

function fits(parts: readonly Part[], indent: number): boolean {
  return indent + flat(parts).length <= WIDTH
}

function flat(parts: readonly Part[]): string {
  return parts
    .map((part, index) => {
      const space = index > 0 && spacedOf(part) ? ' ' : ''
      if (!isGroup(part)) return space + part.text
      const { open, body, close } = part
      const word = open.text.length > 1
      const inner = flat(body)
      const end = close === undefined ? '' : word ? ` ${close.text}` : close.text
      return `${space}${open.text}${word ? ' ' : ''}${inner}${end}`
    })
    .join('')
}

function spacedOf(part: Part): boolean {
  return isGroup(part) ? part.open.spaced : part.spaced
}

function wordOf(part: Part | undefined): string | undefined {
  return part === undefined || isGroup(part) ? undefined : part.text.toLowerCase()
}

function isGroup(part: Part): part is Group {
  return 'open' in part
}
