import { policyOf } from './document.ts'
import { evaluate, type Principal } from './evaluate.ts'
import type { MatrixCase } from './matrix-case.ts'
import { cloudNames } from './names.ts'
import type { PolicyInput } from './render-policies.ts'
import { madeRoles, type RoleName } from './roles.ts'

/** Who asks to become a role, and what of it is wrong; nothing is for the one who may. */
interface Asking {
  readonly wrong: string
  readonly service: string
  readonly namespace: string
  readonly audience?: string
  readonly cluster?: string
  readonly issuer?: string
}

/** Who may become each of the tenant's roles: the one service account named for it, and nobody else. */
export function trustCases(input: PolicyInput): MatrixCase[] {
  const ask = input.identityMode === 'pod-identity' ? podCase : tokenCase
  return madeRoles(input.classification).flatMap((role) =>
    askings(role, input).map((asking) => ask(role, input, asking)),
  )
}

function askings(role: RoleName, { namespace }: PolicyInput): Asking[] {
  const service = `smelt-${role}`
  return [
    { wrong: '', service, namespace },
    { wrong: 'another service account', service: `${service}-2`, namespace },
    { wrong: 'another namespace', service, namespace: `${namespace}-2` },
    { wrong: 'a token for another audience', service, namespace, audience: 'vault' },
    {
      wrong: 'another cluster',
      service,
      namespace,
      cluster: '2',
      issuer: 'oidc.eks.eu-west-1.amazonaws.com/id/0',
    },
  ]
}

function tokenCase(role: RoleName, input: PolicyInput, asking: Asking): MatrixCase {
  const { partition, accountId, oidcProvider = '' } = input
  const issuer = asking.issuer ?? oidcProvider
  const arn = `arn:${partition}:iam::${accountId}:oidc-provider/${issuer}`
  const subject = `system:serviceaccount:${asking.namespace}:${asking.service}`
  const context = { [`${oidcProvider}:sub`]: subject, [`${oidcProvider}:aud`]: asking.audience ?? 'sts.amazonaws.com' }
  return trustCase(role, input, asking, ['sts:AssumeRoleWithWebIdentity'], { kind: 'federated', arn }, context)
}

function podCase(role: RoleName, input: PolicyInput, asking: Asking): MatrixCase {
  const context = {
    'aws:RequestTag/eks-cluster-arn': `${input.clusterArn ?? ''}${asking.cluster ?? ''}`,
    'aws:RequestTag/kubernetes-namespace': asking.namespace,
    'aws:RequestTag/kubernetes-service-account': asking.service,
  }
  const arn = asking.audience === undefined ? 'pods.eks.amazonaws.com' : 'ec2.amazonaws.com'
  return trustCase(role, input, asking, ['sts:AssumeRole', 'sts:TagSession'], { kind: 'service', arn }, context)
}

/** All the actions are needed. */
function trustCase(
  role: RoleName,
  input: PolicyInput,
  { wrong }: Asking,
  actions: readonly string[],
  principal: Principal,
  context: Readonly<Record<string, string>>,
): MatrixCase {
  const resource = cloudNames(input).roles(role).arn
  const requests = actions.map((action) => ({ principal, action, resource, resourceAccount: input.accountId, context }))
  return {
    name: `becoming ${role}${wrong === '' ? '' : ` with ${wrong}`}`,
    promised: wrong === '',
    about: [`trust.${role}`],
    requests,
    decide: ({ trust }) => {
      const verdicts = requests.map((request) => evaluate({ resource: trust[role] ?? policyOf([]) }, request))
      const refusal = verdicts.find(({ allowed }) => !allowed)
      return refusal ?? { allowed: true, decidedBy: verdicts.flatMap((each) => each.decidedBy) }
    },
  }
}
