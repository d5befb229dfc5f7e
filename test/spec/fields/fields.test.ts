import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '#diagnostics'
import type { Field } from '../../../runtime/spec/kinds/field.ts'
import { nounsOf } from '../../../runtime/spec/kinds/nouns-of.ts'
import { ROOTS } from '../../../runtime/spec/schema/roots.ts'
import { readYaml } from '../../../runtime/spec/yaml/read-yaml.ts'
import { sourceText } from '../../../runtime/spec/yaml/source-text.ts'

const nouns = ROOTS.flatMap(({ shape }) => nounsOf(shape))
const fields = nouns.flatMap((noun) =>
  Object.entries<Field>(noun.fields).map(([name, field]): [string, Field] => [`${noun.name}: ${name}`, field]),
)

/** What is wrong with a field of the value `text`. */
function problemsOf(field: Field, text: string): readonly Diagnostic[] {
  const source = sourceText('a.yaml', `field: ${text}\n`)
  const { root, diagnostics } = readYaml(source, 'test')
  const node = root?.kind === 'mapping' ? root.entries[0]?.value : undefined
  if (node === undefined) return diagnostics
  const env = (): undefined => undefined
  const value = field.kind.read(node, { source, diagnostics, env, needsEnv: () => true, unknown: [] })
  expect(value !== undefined || diagnostics.length > 0).toBe(true)
  return diagnostics
}

describe('the fields of every noun', () => {
  it('are found', () => {
    const names = new Set(nouns.map(({ name }) => name))
    expect(names).toContain('silver table')
    expect(names).toContain('lookup column')
    expect(names).toContain('SASL setting')
    expect(fields.length).toBeGreaterThan(80)
  })

  it.each(fields)('%s is documented', (_, { doc, since, presence, meanwhile }) => {
    expect(doc).toMatch(/^[A-Z].*[.)]$/)
    expect(since).toMatch(/^\d+\.\d+\.\d+$/)
    if (presence === 'later') expect(meanwhile).toMatch(/^[A-Z].*\.$/)
  })

  it.each(fields.filter(([, { presence }]) => presence !== 'later'))(
    '%s has an example that it accepts',
    (_, field) => {
      expect(problemsOf(field, field.example)).toEqual([])
      if (field.default !== undefined) expect(problemsOf(field, field.default)).toEqual([])
    },
  )

  it('have rules that name fields of their noun', () => {
    for (const { fields: declared, rules } of nouns) {
      const named = rules.flatMap((rule) => {
        if (rule.kind === 'exactly-one' || rule.kind === 'at-least-one') return rule.fields
        if (rule.kind === 'needed') return [rule.field, rule.unless.field]
        return rule.kind === 'excludes' ? [rule.field, ...rule.others] : [rule.field, rule.other]
      })
      const instead = Object.values(declared).flatMap(({ insteadOf }) => insteadOf ?? [])
      for (const name of [...named, ...instead]) expect(Object.keys(declared)).toContain(name)
    }
  })
})
