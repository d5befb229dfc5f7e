import type { KubernetesInput, ReaderInput } from './input.ts'
import { accountOf, ENGINE_ACCOUNT } from './names.ts'
import type { KubernetesObject } from './object.ts'

/** Where EKS looks for the role of an account (IRSA). */
export const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn'

/** The account of the pods that run instances, the same for all tenants: its role is put there by the overlay. */
export function engineAccount(): KubernetesObject {
  return account(ENGINE_ACCOUNT)
}

/**
 * An account for each role that reads a layer, for pods that others make in the namespace, such as those of a query engine. Nothing
 * of Smelt runs as one.
 */
export function readerAccounts({ readers }: Pick<KubernetesInput, 'readers'>): KubernetesObject[] {
  return readers.map(({ role, arn }: ReaderInput) => account(accountOf(role), arn))
}

/** No account has a right to the API of Kubernetes, so none gets a token for it. */
function account(name: string, arn?: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, ...(arn !== undefined && { annotations: { [ROLE_ANNOTATION]: arn } }) },
    automountServiceAccountToken: false,
  }
}
