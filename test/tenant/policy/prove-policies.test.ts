import { describe, expect, it } from 'vitest'
import { provePolicies } from '../../../runtime/tenant/policy/prove-policies.ts'
import { PROOF_INPUTS } from '../../../bin/policy-inputs.mjs'

describe('policies of a tenant', () => {
  it.each(Object.entries(PROOF_INPUTS))(
    '%s: every verdict is the promised one, and no statement can be left out',
    (_, input) => {
      const { broken, unnoticed, cases, statements } = provePolicies(input, { pieces: false })
      expect(broken).toEqual([])
      expect(unnoticed).toEqual([])
      expect(cases).toBeGreaterThan(30_000)
      expect(statements).toBeGreaterThan(60)
    },
    180_000,
  )
})
