export { policyText } from './document.ts'
export { provePolicies, type PolicyProof } from './prove-policies.ts'
export { renderPolicies, type PolicyInput } from './render-policies.ts'
export { verdictTable, type VerdictRow } from './verdict-table.ts'
