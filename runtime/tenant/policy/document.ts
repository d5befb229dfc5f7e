/** One condition: operator, key, and the values one of which must hold. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** One statement of a policy. Of `Action` and `NotAction`, and of the other pairs, there is at most one. */
export interface Statement {
  /** Says in one word what the statement is for; verdicts name it. */
  readonly Sid: string
  readonly Effect: 'Allow' | 'Deny'
  /** Only in policies of resources. `*` is everybody. */
  readonly Principal?: '*' | Readonly<Record<string, readonly string[]>>
  readonly Action?: readonly string[]
  readonly NotAction?: readonly string[]
  readonly Resource?: readonly string[]
  readonly NotResource?: readonly string[]
  readonly Condition?: Conditions
}

/** A policy as the cloud takes it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

/** A statement of a principal's own policy that allows. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Conditions,
): Statement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) }
}

/** A policy of these statements. */
export function policyOf(statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements }
}

/** The own policies of somebody who was given everything. */
export const ANYTHING: readonly PolicyDocument[] = [policyOf([allow('Anything', ['*'], ['*'])])]

/**
 * The text of a policy, byte for byte what Terraform's `jsonencode` makes of it: no blanks, keys in the order of their
 * bytes, and `<`, `>`, `&` escaped. So a plan shows no difference where there is none.
 */
export function policyText(value: unknown): string {
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]))
}
