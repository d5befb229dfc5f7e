import type { Statement } from './document.ts'
import type { RoleName } from './roles.ts'

/** How a pod becomes a role: by the token of its service account, or by the cluster's pod identity. */
export type IdentityMode = 'irsa' | 'pod-identity'

/** Who may become the role: the service account `smelt-<role>` of the tenant's namespace in one cluster. */
export function trustStatements(role: RoleName, mode: IdentityMode): readonly Statement[] {
  return mode === 'irsa' ? [byServiceAccount(role)] : [byPod(role)]
}

/** Without the audience, a token of the same service account that was made for somebody else would do. */
function byServiceAccount(role: RoleName): Statement {
  return {
    Sid: 'ServiceAccount',
    Effect: 'Allow',
    Principal: { Federated: ['arn:${partition}:iam::${account_id}:oidc-provider/${oidc_provider}'] },
    Action: ['sts:AssumeRoleWithWebIdentity'],
    Condition: {
      StringEquals: {
        '${oidc_provider}:aud': ['sts.amazonaws.com'],
        '${oidc_provider}:sub': [`system:serviceaccount:\${namespace}:smelt-${role}`],
      },
    },
  }
}

/** Without the conditions, any association in the account could name the role. */
function byPod(role: RoleName): Statement {
  return {
    Sid: 'Pod',
    Effect: 'Allow',
    Principal: { Service: ['pods.eks.amazonaws.com'] },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': ['${cluster_arn}'],
        'aws:RequestTag/kubernetes-namespace': ['${namespace}'],
        'aws:RequestTag/kubernetes-service-account': [`smelt-${role}`],
      },
    },
  }
}
