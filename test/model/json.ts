/** A JSON value that keeps what `JSON.parse` loses: the digits of numbers, and how often a key stands in an object. */
export type Json =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly Json[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Json])[] }

const NUMBER = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const TEXT = /"([^"\\\u0000-\u001f]|\\(["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const WORDS: Readonly<Record<string, Json>> = {
  null: { kind: 'null' },
  true: { kind: 'boolean', value: true },
  false: { kind: 'boolean', value: false },
}

/** The text as one JSON value; undefined when it is none. */
export function parseJson(text: string): Json | undefined {
  const reader = new Reader(text)
  const value = reader.value()
  return value !== undefined && reader.atEnd() ? value : undefined
}

class Reader {
  #at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  value(): Json | undefined {
    this.#blanks()
    if (this.#take('{')) return this.#object()
    if (this.#take('[')) return this.#list()
    const string = this.#match(TEXT)
    if (string !== undefined) return { kind: 'text', value: JSON.parse(string) as string }
    const word = Object.keys(WORDS).find((each) => this.#take(each))
    if (word !== undefined) return WORDS[word]
    const number = this.#match(NUMBER)
    return number === undefined ? undefined : { kind: 'number', text: number }
  }

  atEnd(): boolean {
    this.#blanks()
    return this.#at === this.#text.length
  }

  #object(): Json | undefined {
    const members: (readonly [string, Json])[] = []
    if (this.#next('}')) return { kind: 'object', members }
    do {
      this.#blanks()
      const key = this.#match(TEXT)
      if (key === undefined || !this.#next(':')) return undefined
      const value = this.value()
      if (value === undefined) return undefined
      members.push([JSON.parse(key) as string, value])
    } while (this.#next(','))
    return this.#next('}') ? { kind: 'object', members } : undefined
  }

  #list(): Json | undefined {
    const items: Json[] = []
    if (this.#next(']')) return { kind: 'list', items }
    do {
      const value = this.value()
      if (value === undefined) return undefined
      items.push(value)
    } while (this.#next(','))
    return this.#next(']') ? { kind: 'list', items } : undefined
  }

  #next(sign: string): boolean {
    this.#blanks()
    return this.#take(sign)
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const [found] = pattern.exec(this.#text) ?? []
    if (found !== undefined) this.#at += found.length
    return found
  }

  #blanks(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }
}
