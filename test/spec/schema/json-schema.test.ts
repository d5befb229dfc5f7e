import { describe, expect, it } from 'vitest'
import type { Plain } from '../../../runtime/spec/schema/plain-value.ts'
import { ROOTS, type Root } from '../../../runtime/spec/schema/roots.ts'
import { exampleOf, placesOf, readable, smallest, type Mapping } from './documents.ts'
import { parserProblems, schemaVerdict } from './verdicts.ts'

const places = ROOTS.flatMap((root) => placesOf(root).map((place) => ({ root, place })))
const named = places.map(({ root, place }) => [`${root.name}: ${place.noun.name}`, root, place] as const)

/** Both the schema and the parser refuse the document. */
function bothRefuse(root: Root, document: Plain): void {
  const verdict = { schema: schemaVerdict(root, document).ok, parser: parserProblems(root, document).length === 0 }
  expect(verdict, JSON.stringify(document)).toEqual({ schema: false, parser: false })
}

function bothAgree(root: Root, document: Plain): void {
  const problems = parserProblems(root, document).map(({ message }) => message)
  const { ok, why } = schemaVerdict(root, document)
  expect({ ok, why, problems }, JSON.stringify(document)).toMatchObject({ ok: problems.length === 0 })
}

function bothAccept(root: Root, document: Plain): void {
  expect(parserProblems(root, document).map(({ message }) => message)).toEqual([])
  const { ok, why } = schemaVerdict(root, document)
  expect(ok, `${why} in ${JSON.stringify(document)}`).toBe(true)
}

function without(key: string): (noun: Mapping) => Mapping {
  return (noun) => Object.fromEntries(Object.entries(noun).filter(([name]) => name !== key))
}

describe('schema and parser agree on every noun', () => {
  it('of which all are found', () => {
    expect(named.length).toBeGreaterThan(25)
    expect(named.map(([name]) => name)).toContain('project: TLS setting')
  })

  it.each(named)('%s: with its required fields alone it is accepted', (_, root, { change }) => {
    bothAccept(
      root,
      change((noun) => noun),
    )
  })

  it.each(named)('%s: every field with its example is accepted', (_, root, { noun, change }) => {
    for (const [key] of readable(noun)) {
      bothAccept(
        root,
        change(() => smallest(noun, key)),
      )
    }
  })

  it.each(named)('%s: an unknown and a reserved key are refused', (_, root, { noun, change }) => {
    const reserved = Object.entries(noun.fields).filter(([, { presence }]) => presence === 'later')
    for (const key of ['no_such_field', ...reserved.map(([name]) => name)]) {
      bothRefuse(
        root,
        change((value) => ({ ...value, [key]: 'a' })),
      )
    }
  })

  it.each(named)('%s: a missing required field is refused', (_, root, { noun, change }) => {
    for (const [key, { presence }] of readable(noun))
      if (presence === 'required') bothRefuse(root, change(without(key)))
  })

  it.each(named)('%s: no field takes a value of every type', (_, root, { noun, change }) => {
    for (const [key, field] of readable(noun)) {
      const wrong: Plain[] = [{ no_such_field: { deep: true } }, [[['deep']]], []]
      const documents = wrong.map((value) => change(() => ({ ...smallest(noun, key), [key]: value })))
      for (const document of documents) bothAgree(root, document)
      const { shape } = field.kind
      if (shape.type !== 'json' || shape.object) {
        expect(documents.filter((document) => !schemaVerdict(root, document).ok)).not.toEqual([])
      }
    }
  })

  it.each(named)('%s: what stands in place of the noun is refused', (_, root, { change }) => {
    for (const value of [true, ['a'], '']) {
      // A noun may have a short form, which is a text or `true`; a list is never one but for `group_by`.
      bothAgree(
        root,
        change(() => value),
      )
    }
  })

  it.each(named)('%s: the rules between its fields hold', (_, root, { noun, change }) => {
    for (const rule of noun.rules) {
      if (rule.kind === 'at-least-one') {
        bothRefuse(
          root,
          change((value) => rule.fields.reduce((rest, key) => without(key)(rest), value)),
        )
      } else if (rule.kind === 'exactly-one') {
        const all = Object.fromEntries(rule.fields.map((key) => [key, exampleOf(noun, key)]))
        // Without any of its forms a record is the value itself.
        const none = noun.name === 'record' ? bothAccept : bothRefuse
        none(
          root,
          change((value) => rule.fields.reduce((rest, key) => without(key)(rest), value)),
        )
        bothRefuse(
          root,
          change((value) => ({ ...value, ...all })),
        )
      } else if (rule.kind === 'excludes') {
        for (const other of rule.others) {
          bothRefuse(
            root,
            change(() => ({ ...smallest(noun, rule.field), [other]: exampleOf(noun, other) })),
          )
        }
      } else if (rule.kind === 'needed') {
        bothRefuse(
          root,
          change(() => without(rule.field)(smallest(noun))),
        )
        const { field, is } = rule.unless
        bothAccept(
          root,
          change(() => ({ ...without(rule.field)(smallest(noun)), [field]: is })),
        )
      } else
        bothRefuse(
          root,
          change(() => without(rule.other)(smallest(noun, rule.field))),
        )
    }
  })
})
