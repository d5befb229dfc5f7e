import { describe, expect, it } from 'vitest'
import { provePolicies, SECOND_LINES } from '../../../runtime/tenant/policy/prove-policies.ts'
import { PROOF_INPUTS } from '../../../bin/policy-inputs.mjs'

describe('policies of a tenant', () => {
  const exempted: string[] = []

  it.each(Object.entries(PROOF_INPUTS))(
    '%s: every verdict is the promised one, and no statement can be left out but the second lines that it names',
    (_, input) => {
      const pieces = (name: string): boolean => name.startsWith('bucket ForeignIdentity ')
      const { broken, unnoticed, exempt, cases, statements, mutations } = provePolicies(input, { pieces })
      expect(broken).toEqual([])
      expect(unnoticed).toEqual([])
      exempted.push(...exempt)
      expect(mutations).toBeGreaterThan(statements)
      expect(cases).toBeGreaterThan(30_000)
      expect(statements).toBeGreaterThan(60)
    },
    180_000,
  )

  it('have a use for every second line that may go unnoticed', () => {
    expect(SECOND_LINES.filter((line) => !exempted.some((name) => name.startsWith(line)))).toEqual([])
  })
})
