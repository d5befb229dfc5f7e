import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { CODES } from '#diagnostics'
import type { AnyCodeEntry } from '../../runtime/diagnostics/entry.ts'

const AREAS = [
  'yaml',
  'spec',
  'contract',
  'plan',
  'sql',
  'lake',
  'catalog',
  'stream',
  'checkpoint',
  'record',
  'tenant',
  'ingest',
  'test',
  'infra',
  'cli',
  'internal',
]
const folder = path.join(import.meta.dirname, '../../runtime/diagnostics/codes')
const entries = Object.entries<AnyCodeEntry>(CODES)

const VALUE = 'VALUE'

/** Stands for any parameter: a text, a list of one text, or an object of such; the named ones are taken as a rest. */
const anything: unknown = new Proxy(Object.assign([VALUE], { topic: VALUE, partition: VALUE }), {
  get: (list, name) => {
    if (name === 'toString' || name === Symbol.toPrimitive) return () => VALUE
    // `at` is a parameter of some codes.
    if (typeof name === 'symbol' || (name in Array.prototype && name !== 'at') || name === '0') {
      const member: unknown = Reflect.get(list, name)
      return member
    }
    return anything
  },
})

/** What `code` says, whatever its parameters are. */
function textsOf(code: AnyCodeEntry): [message: string, why: string, fix: string] {
  const params = anything as never
  // A message may be its parameter itself, which only then becomes a text.
  const text = (value: unknown): string => String(value)
  return [text(code.message(params)), code.why, text(typeof code.fix === 'string' ? code.fix : code.fix(params))]
}

describe('the table of codes', () => {
  it('is the union of its files, without a code declared twice', async () => {
    const declared = new Map<string, unknown>()
    for (const name of readdirSync(folder).filter((file) => file !== 'index.ts')) {
      const tables: unknown = await import(path.join(folder, name))
      for (const table of Object.values(tables ?? {})) {
        for (const [code, entry] of Object.entries<unknown>({ ...(table as object) })) {
          expect(declared.get(code) ?? entry, `${code} of ${name} is declared elsewhere too`).toBe(entry)
          declared.set(code, entry)
        }
      }
    }
    expect(Object.keys(CODES).sort()).toEqual([...declared.keys()].sort())
  })

  it.each(entries)('%s has a name of its area', (name) => {
    expect(name).toMatch(new RegExp(`^(${AREAS.join('|')})/[a-z0-9]+(-[a-z0-9]+)*$`))
  })

  it.each(entries)('%s has a title in sentence case', (_, { title, since }) => {
    expect(title).toMatch(/^[A-Z][^.!?]*$/)
    expect(
      title
        .split(' ')
        .slice(1)
        .filter((word) => /^[A-Z][a-z]/.test(word) && !/^(Smelt|Iceberg|Kafka|GitHub|Schema)$/.test(word)),
    ).toEqual([])
    expect(since).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it.each(entries)('%s says what, why and what to do, without apology or shouting', (_, code) => {
    for (const text of textsOf(code)) {
      expect(text.trim()).not.toBe('')
      expect(text).toMatch(/^[A-Z`]/)
      expect(text).not.toMatch(/\b(sorry|please|oops|unfortunately|apolog\w*)\b|!(?!=)/i)
      expect(text).not.toMatch(/undefined|\[object/)
    }
    const [message, why, fix] = textsOf(code)
    expect(message).not.toMatch(/\.$/)
    expect(why).toMatch(/\.$/)
    expect(fix).toMatch(/([.?]|VALUE)$/)
  })

  it.each(entries)('%s closes its backticks', (_, code) => {
    for (const text of textsOf(code)) expect((text.match(/`/g) ?? []).length % 2, text).toBe(0)
  })
})
