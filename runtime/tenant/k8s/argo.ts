import { namespaceOf } from './names.ts'
import type { KubernetesObject } from './object.ts'

/** Where Argo CD takes the files from. */
export interface ArgoInput {
  readonly environment: string
  /** The address of the git repository. */
  readonly repository: string
  /** The branch or tag. */
  readonly revision: string
  /** Where the rendered files are in the repository: `k8s`. */
  readonly folder: string
  readonly tenants: readonly string[]
}

const NAMESPACE = 'argocd'
const SERVER = 'https://kubernetes.default.svc'
/** The key of a tenant, which is the name of its file. */
const TENANT = '{{ trimSuffix ".yml" (trimSuffix ".yaml" .path.filename) }}'
const TENANT_FILES = [{ path: 'tenants/*.yaml' }, { path: 'tenants/*.yml' }]

/**
 * One application per tenant file. A file that is gone, by a wrong merge for example, deletes nothing: applications are
 * made and changed, never removed, and what they made stays. Who takes a tenant away does so with their own hands.
 */
export function applicationSet({ environment, repository, revision, folder }: ArgoInput): KubernetesObject {
  const name = projectName(environment, TENANT)
  const template = {
    metadata: { name },
    spec: {
      project: name,
      source: { repoURL: repository, targetRevision: revision, path: `${folder}/${environment}/tenants/${TENANT}` },
      destination: { server: SERVER, namespace: namespaceOf(TENANT) },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['ServerSideApply=true', 'ApplyOutOfSyncOnly=true'],
      },
    },
  }
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: `smelt-${environment}`, namespace: NAMESPACE },
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [{ git: { repoURL: repository, revision, files: TENANT_FILES } }],
      syncPolicy: { preserveResourcesOnDeletion: true, applicationsSync: 'create-update' },
      template,
    },
  }
}

/** What may be in a namespace of a tenant: what is rendered for it. */
const KINDS = [
  ['', 'ConfigMap'],
  ['', 'LimitRange'],
  ['', 'PersistentVolumeClaim'],
  ['', 'ResourceQuota'],
  ['', 'Service'],
  ['', 'ServiceAccount'],
  ['apps', 'Deployment'],
  ['apps', 'StatefulSet'],
  ['flink.apache.org', 'FlinkDeployment'],
  ['flink.apache.org', 'FlinkSessionJob'],
  ['networking.k8s.io', 'NetworkPolicy'],
  ['rbac.authorization.k8s.io', 'Role'],
  ['rbac.authorization.k8s.io', 'RoleBinding'],
] as const

/** The bounds of the application of one tenant: one source, one namespace, no other kind of object. */
export function appProject({ environment, repository }: ArgoInput, tenant: string): KubernetesObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: projectName(environment, tenant), namespace: NAMESPACE },
    spec: {
      description: `Smelt for ${tenant} in ${environment}`,
      sourceRepos: [repository],
      destinations: [{ server: SERVER, namespace: namespaceOf(tenant) }],
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
      namespaceResourceWhitelist: KINDS.map(([group, kind]) => ({ group, kind })),
    },
  }
}

/** The tenants that a text of projects names, as `appProject` makes them for the environment, each with its line from 1. */
export function projectTenants(
  text: string,
  environment: string,
): { readonly tenant: string; readonly line: number }[] {
  return text.split('\n').flatMap((each, at) => {
    const [, tenant, where] = /^ {2}description: Smelt for (\S+) in (\S+)$/.exec(each) ?? []
    return tenant === undefined || where !== environment ? [] : [{ tenant, line: at + 1 }]
  })
}

/** The name of the project and of the application of a tenant. */
export function projectName(environment: string, tenant: string): string {
  return `smelt-${environment}-${tenant}`
}
