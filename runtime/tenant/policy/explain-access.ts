import { decideAccess, type Access } from './access.ts'
import { mayAnything } from './callers.ts'
import type { PolicyDocument } from './document.ts'
import { REASONS } from './reasons.ts'
import { renderPolicies, type PolicyInput, type TenantPolicies } from './render-policies.ts'

/** A statement that decided, in which policy it stands, and what it is for. */
export interface DecidingStatement {
  readonly statement: string
  readonly policy: 'bucket' | 'key' | 'endpoint' | 'principal' | 'cloud'
  readonly why: string
}

/** What was decided of an access, by which statements, and why in one sentence. */
export interface ExplainedAccess {
  readonly allowed: boolean
  /** Those that deny, or else those that allow; none when nothing allows. */
  readonly decidedBy: readonly DecidingStatement[]
  readonly why: string
  /** The caller's own policies are not known, and were taken to allow everything. */
  readonly assumed: boolean
}

const NOTHING_ALLOWS = 'No statement allows it, and what nothing allows is denied.'

/** Decides an access by the policies themselves, and says which of their statements decided. */
export function explainAccess(input: PolicyInput, access: Access): ExplainedAccess {
  const policies = renderPolicies(input)
  const { allowed, decidedBy } = decideAccess(policies, input, access)
  const statements = [...new Set(decidedBy)].map((sid): DecidingStatement => ({
    statement: sid,
    policy: policyOfSid(sid, policies, access),
    why: REASONS[sid] ?? '',
  }))
  const assumed = mayAnything(access.caller, policies)
  return { allowed, decidedBy: statements, why: statements[0]?.why ?? NOTHING_ALLOWS, assumed }
}

/** Sids are unique among the policies that meet in a request; what none of them has is a rule of the cloud itself. */
function policyOfSid(sid: string, policies: TenantPolicies, { caller }: Access): DecidingStatement['policy'] {
  const has = ({ Statement }: PolicyDocument): boolean => Statement.some(({ Sid }) => Sid === sid)
  if (has(policies.bucket)) return 'bucket'
  if (has(policies.key)) return 'key'
  if (has(policies.endpoint)) return 'endpoint'
  return caller.identity(policies).some(has) ? 'principal' : 'cloud'
}
