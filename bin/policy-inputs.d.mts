import type { PolicyInput } from '../runtime/tenant/policy/render-policies.ts'

export const PROOF_INPUTS: Readonly<Record<string, PolicyInput>>
