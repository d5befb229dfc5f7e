import type { PolicyDocument, Statement } from './document.ts'
import { conditionsHold, type Context } from './conditions.ts'
import { fitsAction, fitsWildcard } from './wildcard.ts'

/** Who asks. A role asks by the ARN of the role, not of its session. */
export interface Principal {
  readonly kind: 'role' | 'root' | 'service' | 'federated' | 'anonymous'
  /** Of a role or of an account's root; of a service, its name such as `logging.s3.amazonaws.com`. */
  readonly arn: string
  /** Absent for a service and for nobody. */
  readonly account?: string
}

/** One request as the cloud sees it. */
export interface PolicyRequest {
  readonly principal: Principal
  readonly action: string
  readonly resource: string
  /** The account that owns the resource. */
  readonly resourceAccount: string
  /** Condition keys that the request has; those of the principal and of the resource are filled in. */
  readonly context: Readonly<Record<string, string | readonly string[]>>
}

/** The policies that meet in a request. What is left out is not in the way of it. */
export interface PolicySet {
  /** Those of the principal. */
  readonly identity?: readonly PolicyDocument[]
  /** That of the bucket or of the key. */
  readonly resource?: PolicyDocument
  /** That of the network endpoint that the request goes through. */
  readonly endpoint?: PolicyDocument
  /** The resource's own policy must allow, also within an account: so it is with keys. */
  readonly resourceMustAllow?: boolean
}

/** What was decided, and by which statements: those that deny, or else those that allow; none when nothing allows. */
export interface Verdict {
  readonly allowed: boolean
  readonly decidedBy: readonly string[]
}

/** The sid of the rule, no statement, by which the root of the owning account can always mend the policy of a bucket. */
export const ROOT_RECOVERY = 'RootRecovery'

const RECOVERY = ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy']

/**
 * Decides a request as the cloud does: an explicit deny in any policy wins; then the endpoint must allow; then, within
 * an account, the principal's policies or the resource's; across accounts both. Throws for an operator it cannot model.
 */
export function evaluate(policies: PolicySet, request: PolicyRequest): Verdict {
  const { identity = [], resource, endpoint } = policies
  const context = contextOf(request)
  const outer = [...identity, ...(endpoint === undefined ? [] : [endpoint])].flatMap((each) =>
    matching(each, request, context),
  )
  const own = resource === undefined ? [] : matching(resource, request, context)
  if (isRecovery(request) && outer.every(isAllow)) return { allowed: true, decidedBy: [ROOT_RECOVERY] }
  const denying = [...outer, ...own].filter((each) => !isAllow(each))
  if (denying.length > 0) return { allowed: false, decidedBy: sids(denying) }
  const byEndpoint = endpoint === undefined ? undefined : outer.filter((each) => endpoint.Statement.includes(each))
  if (byEndpoint?.length === 0) return { allowed: false, decidedBy: [] }
  const byIdentity = outer.filter((each) => byEndpoint?.includes(each) !== true)
  const allowing = granting(
    request,
    sids(byIdentity),
    own.map((each) => grantOf(each, request)),
    policies,
  )
  return allowing.length === 0
    ? { allowed: false, decidedBy: [] }
    : { allowed: true, decidedBy: [...allowing, ...sids(byEndpoint ?? [])] }
}

/** A statement of a resource's policy that allows, and whether it only hands the question to the account's own policies. */
interface Grant {
  readonly sid: string
  readonly delegates: boolean
}

function grantOf(statement: Statement, { principal }: PolicyRequest): Grant {
  return { sid: statement.Sid, delegates: principal.kind === 'role' && !namesDirectly(statement, principal) }
}

const isAllow = ({ Effect }: Statement): boolean => Effect === 'Allow'
const sids = (statements: readonly Statement[]): string[] => statements.map(({ Sid }) => Sid)

/** The statements that allow, or none when one that is needed is missing. */
function granting(
  { principal, resourceAccount }: PolicyRequest,
  identity: readonly string[],
  resource: readonly Grant[],
  { resourceMustAllow }: PolicySet,
): string[] {
  if (principal.kind === 'root' && principal.account === resourceAccount && resourceMustAllow !== true) return ['Root']
  const direct = resource.filter(({ delegates }) => !delegates).map(({ sid }) => sid)
  const sids = resource.map(({ sid }) => sid)
  if (principal.kind !== 'role') return direct
  const sameAccount = principal.account === resourceAccount
  if (sameAccount && direct.length > 0) return direct
  if (identity.length === 0) return []
  if (sameAccount && resourceMustAllow !== true) return [...identity, ...sids]
  return sids.length === 0 ? [] : [...identity, ...sids]
}

function isRecovery({ principal, action, resourceAccount }: PolicyRequest): boolean {
  return principal.kind === 'root' && principal.account === resourceAccount && RECOVERY.includes(action)
}

const contexts = new WeakMap<PolicyRequest, Context>()

function contextOf(request: PolicyRequest): Context {
  let context = contexts.get(request)
  if (context === undefined) contexts.set(request, (context = newContext(request)))
  return context
}

function newContext({ principal, resourceAccount, context }: PolicyRequest): Context {
  const isService = principal.kind === 'service'
  const own: [string, string][] = [
    ['aws:resourceaccount', resourceAccount],
    ...(principal.kind === 'anonymous'
      ? []
      : ([['aws:principalisawsservice', String(isService)]] as [string, string][])),
    ...(isService ? [] : ([['aws:principalaccount', principal.account ?? 'anonymous']] as [string, string][])),
    ...(principal.kind === 'role' || principal.kind === 'root'
      ? ([['aws:principalarn', principal.arn]] as [string, string][])
      : []),
  ]
  return new Map<string, readonly string[]>([
    ...own.map(([key, value]) => [key, [value]] as const),
    ...Object.entries(context).map(
      ([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value] as const,
    ),
  ])
}

const matching = (document: PolicyDocument, request: PolicyRequest, context: Context): Statement[] =>
  document.Statement.filter((each) => applies(each, request, context))

/** Whether a statement is about the request at all, and its conditions hold. */
export function applies(statement: Statement, request: PolicyRequest, context = contextOf(request)): boolean {
  const { Principal } = statement
  return (
    isAbout(statement, request) &&
    (Principal === undefined || Principal === '*' || namesPrincipal(Principal, request.principal)) &&
    conditionsHold(statement.Condition, context)
  )
}

const known = new WeakMap<Statement, Map<string, boolean>>()

/** Whether a statement speaks of an action on a resource, whoever asks. Remembered: matrices ask the same again and again. */
function isAbout(statement: Statement, { action, resource }: Pick<PolicyRequest, 'action' | 'resource'>): boolean {
  let answers = known.get(statement)
  if (answers === undefined) known.set(statement, (answers = new Map<string, boolean>()))
  const asked = `${action} ${resource}`
  let answer = answers.get(asked)
  if (answer === undefined)
    answers.set(asked, (answer = coversAction(statement, action) && coversResource(statement, resource)))
  return answer
}

function coversAction({ Action, NotAction }: Statement, action: string): boolean {
  const fits = (each: string): boolean => fitsAction(each, action)
  return (Action?.some(fits) ?? true) && !(NotAction?.some(fits) ?? false)
}

function coversResource({ Resource, NotResource }: Statement, resource: string): boolean {
  const fits = (each: string): boolean => fitsWildcard(each, resource)
  return (Resource?.some(fits) ?? true) && !(NotResource?.some(fits) ?? false)
}

/** A role is named by its own ARN, and by the root of its account, which stands for everybody in it. */
function namesPrincipal(named: Readonly<Record<string, readonly string[]>>, principal: Principal): boolean {
  if (principal.kind === 'service') return named['Service']?.includes(principal.arn) === true
  const aws = named['AWS'] ?? []
  if (aws.includes('*') || aws.includes(principal.arn)) return true
  return (
    named['Federated']?.includes(principal.arn) === true ||
    (principal.account !== undefined && aws.some((each) => isRootOf(each, principal.account)))
  )
}

/** Names the principal itself, not the account it is in. */
function namesDirectly({ Principal }: Statement, principal: Principal): boolean {
  if (Principal === '*' || Principal === undefined) return true
  const aws = Principal['AWS'] ?? []
  return aws.includes('*') || aws.includes(principal.arn) || Principal['Federated']?.includes(principal.arn) === true
}

function isRootOf(arn: string, account: string | undefined): boolean {
  return arn === account || new RegExp(`^arn:[^:]+:iam::${account ?? ''}:root$`).test(arn)
}
