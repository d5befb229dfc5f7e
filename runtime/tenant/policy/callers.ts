import { ANYTHING, type PolicyDocument } from './document.ts'
import type { Principal } from './evaluate.ts'
import { cloudNames } from './names.ts'
import { renderPolicies, type PolicyInput, type TenantPolicies } from './render-policies.ts'
import { madeRoles, ROLE_NAMES, type RoleName } from './roles.ts'

/** Somebody who may ask for something in a tenant's bucket. */
export interface Caller {
  /** For people, and for the command line: a role of the tenant by its own name. */
  readonly name: string
  readonly kind: RoleName | 'plan' | 'apply' | 'break-glass' | 'replication' | 'root' | 'outsider'
  readonly principal: Principal
  /** What the caller's own policies say, from the policies of the tenant where they come from there. */
  readonly identity: (policies: TenantPolicies) => readonly PolicyDocument[]
  /** The caller's own policies allow everything, in the account of the tenant. */
  readonly isAdministrator?: boolean
  /** A reader of a layer that nobody may read: there is no such role. */
  readonly isNeverMade?: boolean
  /** The request comes from a service of the cloud that acts for the caller, such as a query service. */
  readonly viaService?: boolean
}

const STRANGE_ACCOUNT = '999999999999'

const asRole = (arn: string): Principal => ({ kind: 'role', arn, account: arn.split(':')[4] ?? '' })

/** A role that nothing is known of but its ARN: what it was given is taken to be everything. */
export function strangerOf(arn: string): Caller {
  return { name: arn, kind: 'outsider', principal: asRole(arn), identity: () => ANYTHING }
}

/** Whether the caller's own policies are taken to allow everything. */
export function mayAnything({ identity }: Caller, policies: TenantPolicies): boolean {
  return identity(policies) === ANYTHING
}

/**
 * Everybody the promises speak of: the tenant's roles, who manages it, and outsiders with far too wide policies of their
 * own, for what they must not reach must not hang on what they were given by mistake.
 */
export function callersOf(input: PolicyInput): Caller[] {
  const { roles } = cloudNames(input)
  const own = madeRoles(input.classification).map((name): Caller => {
    const identity = (policies: TenantPolicies): PolicyDocument[] => [policies.identity[name] ?? []].flat()
    return { name, kind: name, principal: asRole(roles(name).arn), identity }
  })
  return [
    ...own,
    ...neverMade(input, () => []),
    ...own.filter(({ kind }) => kind.startsWith('reader-')).map(byService),
    { name: 'plan', kind: 'plan', principal: asRole(input.planRole), identity: ({ managers }) => [managers.plan] },
    { name: 'apply', kind: 'apply', principal: asRole(input.applyRole), identity: ({ managers }) => [managers.apply] },
    { name: 'break-glass', kind: 'break-glass', principal: asRole(input.breakGlassRole), identity: () => ANYTHING },
    ...(input.replicationRoles ?? []).map((arn): Caller => ({
      name: 'replication',
      kind: 'replication',
      principal: asRole(arn),
      identity: () => ANYTHING,
    })),
    ...outsiders(input),
  ]
}

/** Everybody else but readers, whom a service of the cloud must not act for, where they are let in from elsewhere. */
export function othersByService(input: PolicyInput): Caller[] {
  const able = callersOf(input).filter(({ kind, viaService }) => !kind.startsWith('reader-') && viaService !== true)
  return able.filter(({ kind, isAdministrator }) => kind !== 'outsider' || isAdministrator === true).map(byService)
}

/** As it asks through a service that acts for it, from the network of that service. */
function byService(caller: Caller): Caller {
  return { ...caller, name: `${caller.name}, by a query service`, viaService: true }
}

/** The readers of layers that nobody may read, as somebody with all rights may make them by hand. */
export function madeByHand(input: PolicyInput): Caller[] {
  const able = neverMade(input, () => ANYTHING)
  return able.map((caller) => ({
    ...caller,
    name: `${caller.name} made by hand`,
    isAdministrator: true,
    isNeverMade: false,
  }))
}

function neverMade(input: PolicyInput, identity: Caller['identity']): Caller[] {
  const { roles } = cloudNames(input)
  const made = madeRoles(input.classification)
  const others = ROLE_NAMES.filter((name) => !made.includes(name))
  return others.map((name) => ({
    name,
    kind: 'outsider',
    principal: asRole(roles(name).arn),
    identity,
    isNeverMade: true,
  }))
}

function outsiders(input: PolicyInput): Caller[] {
  const { partition, accountId } = input
  const neighbour = { ...input, tenantId: 't-2222222222a', keyArn: `${input.keyArn}0` }
  const iam = (account: string, name: string): string => `arn:${partition}:iam::${account}:${name}`
  const outsider = (name: string, principal: Principal, identity: readonly PolicyDocument[]): Caller => ({
    name,
    kind: 'outsider',
    principal,
    identity: () => identity,
    isAdministrator: identity === ANYTHING && principal.account === accountId,
  })
  return [
    outsider('engine of another tenant', asRole(cloudNames(neighbour).roles('engine').arn), [
      ...[renderPolicies(neighbour).identity.engine ?? []].flat(),
    ]),
    outsider('administrator of the account', asRole(iam(accountId, 'role/Administrator')), ANYTHING),
    outsider('role with a name like the engine', asRole(`${cloudNames(input).roles('engine').arn}-2`), ANYTHING),
    outsider('administrator of another account', asRole(iam(STRANGE_ACCOUNT, 'role/Administrator')), ANYTHING),
    outsider('nobody', { kind: 'anonymous', arn: '*' }, []),
    outsider('log delivery service', { kind: 'service', arn: 'logging.s3.amazonaws.com' }, []),
    {
      name: 'root of the account',
      kind: 'root',
      principal: { kind: 'root', arn: iam(accountId, 'root'), account: accountId },
      identity: () => [],
    },
  ]
}
