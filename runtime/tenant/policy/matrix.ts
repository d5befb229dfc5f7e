import { decideRequests, requestsOf, type Access } from './access.ts'
import { callersOf, madeByHand, othersByService, type Caller } from './callers.ts'
import { policyOf, type PolicyDocument, type Statement } from './document.ts'
import { endpointCases } from './endpoint-cases.ts'
import type { MatrixCase } from './matrix-case.ts'
import { managerCases } from './manager-cases.ts'
import { networksOf, type Network } from './networks.ts'
import { OPERATIONS } from './operations.ts'
import { isForbidden, isPromised } from './promise.ts'
import type { PolicyInput, TenantPolicies } from './render-policies.ts'
import { trustCases } from './trust-cases.ts'

const OPEN: Statement = { Sid: 'Opened', Effect: 'Allow', Principal: '*', Action: ['*'], Resource: ['*'] }

/**
 * Every caller x operation x network, with what is promised; once more, for what must never happen, with policies that
 * somebody opened to the world; then the endpoint's and the roles' own doors.
 */
export function matrixOf(input: PolicyInput): MatrixCase[] {
  const callers = [...callersOf(input), ...madeByHand(input), ...othersByService(input)]
  const accesses = callers.flatMap((caller) =>
    OPERATIONS.flatMap((operation) => networksFor(caller, input).map((network) => ({ caller, operation, network }))),
  )
  return [
    ...accesses.map((access) => caseOf(input, access, isPromised(access, input), '', (policies) => policies)),
    ...accesses
      .filter((access) => isForbidden(access, input))
      .map((access) => caseOf(input, access, false, ', policies opened to everybody', opened)),
    ...endpointCases(input),
    ...trustCases(input),
    ...managerCases(input),
  ]
}

/** A service has a network of its own: of those that differ in nothing else, one is asked. */
function networksFor({ viaService }: Caller, input: PolicyInput): Network[] {
  const networks = networksOf(input)
  const first = networks.findIndex(({ kind }) => kind === 'own')
  const differs = ({ kind, context }: Network): boolean =>
    kind === 'insecure' || context['aws:RequestedRegion'] !== input.region
  return networks.filter((each, at) => viaService !== true || at === first || differs(each))
}

function caseOf(
  input: PolicyInput,
  access: Access,
  promised: boolean,
  note: string,
  change: (policies: TenantPolicies) => TenantPolicies,
): MatrixCase {
  const { caller, operation, network } = access
  const requests = requestsOf(input, access)
  return {
    name: `${caller.name}: ${operation.name} from ${network.name}${note}`,
    promised,
    about: ['bucket', 'key', 'endpoint', `identity.${caller.kind}`, `managers.${caller.kind}`],
    requests: [requests.storage, requests.key].flatMap((each) => each ?? []),
    decide: (policies) => decideRequests(change(policies), access, requests),
  }
}

const openedOnes = new WeakMap<TenantPolicies, TenantPolicies>()

function opened(policies: TenantPolicies): TenantPolicies {
  let made = openedOnes.get(policies)
  if (made === undefined) {
    const open = ({ Statement }: PolicyDocument): PolicyDocument => policyOf([...Statement, OPEN])
    made = { ...policies, bucket: open(policies.bucket), key: open(policies.key), endpoint: open(policies.endpoint) }
    openedOnes.set(policies, made)
  }
  return made
}
