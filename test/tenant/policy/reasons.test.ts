import { expect, it } from 'vitest'
import { PROOF_INPUTS } from '../../../bin/policy-inputs.mjs'
import { callersOf } from '../../../runtime/tenant/policy/callers.ts'
import type { PolicyDocument } from '../../../runtime/tenant/policy/document.ts'
import { REASONS } from '../../../runtime/tenant/policy/reasons.ts'
import { renderPolicies } from '../../../runtime/tenant/policy/render-policies.ts'

it.each(Object.entries(PROOF_INPUTS))(
  '%s: every statement that can decide has a reason, and a sid of its own',
  (_, input) => {
    const policies = renderPolicies(input)
    const sids = ({ Statement }: PolicyDocument): string[] => Statement.map(({ Sid }) => Sid)
    const shared = [policies.bucket, policies.key, policies.endpoint].flatMap(sids)
    expect(new Set(shared).size).toBe(shared.length)
    for (const caller of callersOf(input)) {
      const own = caller.identity(policies).flatMap(sids)
      expect(own.filter((sid) => shared.includes(sid))).toEqual([])
      for (const sid of [...shared, ...own]) expect(REASONS, sid).toHaveProperty([sid], expect.stringMatching(/\.$/))
    }
  },
)

it('gives no reason for a statement that there is none of', () => {
  const all = Object.values(PROOF_INPUTS).flatMap((input) => {
    const policies = renderPolicies(input)
    const documents = [
      policies.bucket,
      policies.key,
      policies.endpoint,
      ...callersOf(input).flatMap((each) => each.identity(policies)),
    ]
    return documents.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid))
  })
  const rules = ['Root', 'RootRecovery']
  expect(Object.keys(REASONS).filter((sid) => !all.includes(sid) && !rules.includes(sid))).toEqual([])
})
