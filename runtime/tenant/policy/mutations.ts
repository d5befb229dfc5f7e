import { policyOf, type Conditions, type PolicyDocument, type Statement } from './document.ts'
import type { TenantPolicies } from './render-policies.ts'
import type { RoleName } from './roles.ts'

/** One piece left out of one policy. */
export interface Mutation {
  /** The place of the policy, such as `bucket` or `identity.engine`. */
  readonly place: string
  /** The statement, and what of it. */
  readonly name: string
  readonly wholeStatement: boolean
  /** As it was, and as it is, unless it is gone. */
  readonly before: Statement
  readonly after: Statement | undefined
  readonly policies: TenantPolicies
}

interface Change {
  readonly what: string
  /** Undefined when the whole statement goes. */
  readonly statement: Statement | undefined
}

/**
 * Every policy with each statement left out, with each condition left out, and with each element of its lists left out.
 */
export function mutationsOf(policies: TenantPolicies): Mutation[] {
  return placesOf(policies).flatMap(({ place, document, put }) =>
    document.Statement.flatMap((statement, at) =>
      changesOf(statement).map(({ what, statement: changed }) => ({
        place,
        name: `${place} ${statement.Sid}${what}`,
        wholeStatement: changed === undefined,
        before: statement,
        after: changed,
        policies: put(policyOf(document.Statement.flatMap((each, index) => (index === at ? (changed ?? []) : [each])))),
      })),
    ),
  )
}

interface Place {
  readonly place: string
  readonly document: PolicyDocument
  readonly put: (document: PolicyDocument) => TenantPolicies
}

function placesOf(policies: TenantPolicies): Place[] {
  return [
    ...(['bucket', 'key', 'endpoint'] as const).map((place): Place => ({
      place,
      document: policies[place],
      put: (document) => ({ ...policies, [place]: document }),
    })),
    ...(['identity', 'trust'] as const).flatMap((group) =>
      (Object.entries(policies[group]) as [RoleName, PolicyDocument][]).map(([role, document]): Place => ({
        place: `${group}.${role}`,
        document,
        put: (changed) => ({ ...policies, [group]: { ...policies[group], [role]: changed } }),
      })),
    ),
    ...(['plan', 'apply'] as const).map((manager): Place => ({
      place: `managers.${manager}`,
      document: policies.managers[manager],
      put: (document) => ({ ...policies, managers: { ...policies.managers, [manager]: document } }),
    })),
  ]
}

function changesOf(statement: Statement): Change[] {
  return [
    { what: '', statement: undefined },
    ...(['Action', 'Resource', 'NotResource'] as const).flatMap((field) =>
      withoutOne(statement[field] ?? []).map(({ left, gone }) => ({
        what: ` without ${field} ${gone}`,
        statement: { ...statement, [field]: left },
      })),
    ),
    ...conditionChanges(statement),
  ]
}

function conditionChanges({ Condition = {}, ...statement }: Statement): Change[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]) => [
      {
        what: ` without ${operator} ${key}`,
        statement: { ...statement, Condition: replaced(Condition, operator, key) },
      },
      ...withoutOne(values).map(({ left, gone }) => ({
        what: ` without ${gone} of ${operator} ${key}`,
        statement: { ...statement, Condition: replaced(Condition, operator, key, left) },
      })),
    ]),
  )
}

function replaced(conditions: Conditions, operator: string, key: string, values?: readonly string[]): Conditions {
  const { [key]: _, ...others } = conditions[operator] ?? {}
  return { ...conditions, [operator]: values === undefined ? others : { ...others, [key]: values } }
}

/** A list of one is not shortened: an empty list means nothing. */
function withoutOne(list: readonly string[]): { left: string[]; gone: string }[] {
  return list.length < 2 ? [] : list.map((gone, at) => ({ gone, left: list.filter((_, index) => index !== at) }))
}
