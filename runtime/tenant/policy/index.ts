export { provePolicies, type PolicyProof } from './prove-policies.ts'
export { type PolicyInput } from './render-policies.ts'
export { verdictTable, type VerdictRow } from './verdict-table.ts'
