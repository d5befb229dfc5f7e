import { engineAccount, readerAccounts, ROLE_ANNOTATION } from './accounts.ts'
import { appProject, applicationSet, type ArgoInput } from './argo.ts'
import { basePolicies, limitRange, namespaceObject, podService } from './base.ts'
import { egressPolicies } from './egress.ts'
import { flinkObjects } from './flink.ts'
import { ingestObjects } from './ingest.ts'
import type { KubernetesInput } from './input.ts'
import { ENGINE_ACCOUNT, namespaceOf, VARIABLES } from './names.ts'
import { objectsText, type Json } from './object.ts'
import { quotaObject } from './quota.ts'
import { statefulSet } from './stateful-set.ts'

/** Files by path from the folder they are written to, with `/`. */
export type RenderedFiles = ReadonlyMap<string, string>

/**
 * A base that is the same for all tenants, and the overlay of one. Every file is always there, so that what was written
 * before is replaced and nothing is left behind. Plain text of plain values: nothing is read or asked.
 */
export function renderK8s(input: KubernetesInput): RenderedFiles {
  const { environment, tenant, flink, instances } = input
  const overlay = `${environment}/tenants/${tenant}`
  const workloads = flink === 'none' ? instances.map((each) => statefulSet(input, each)) : flinkObjects(input)
  return new Map([
    ['base/namespace.yaml', objectsText([namespaceObject()])],
    ['base/network-policies.yaml', objectsText(basePolicies())],
    ['base/limits.yaml', objectsText([limitRange()])],
    ['base/service-account.yaml', objectsText([engineAccount()])],
    ['base/service.yaml', objectsText([podService()])],
    ['base/kustomization.yaml', objectsText([baseKustomization()])],
    [`${overlay}/accounts.yaml`, objectsText(readerAccounts(input))],
    [`${overlay}/quota.yaml`, objectsText([quotaObject(input)])],
    [`${overlay}/egress.yaml`, objectsText(egressPolicies(input))],
    [`${overlay}/workloads.yaml`, objectsText([...workloads, ...ingestObjects(input)])],
    [`${overlay}/kustomization.yaml`, objectsText([overlayKustomization(input)])],
  ])
}

/** The files that Argo CD itself is given: one set of applications, and the bounds of each tenant. */
export function renderArgo(input: ArgoInput): RenderedFiles {
  const folder = `${input.environment}/argocd`
  return new Map([
    [`${folder}/application-set.yaml`, objectsText([applicationSet(input)])],
    [`${folder}/projects.yaml`, objectsText(input.tenants.map((tenant) => appProject(input, tenant)))],
  ])
}

const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }

function baseKustomization(): Json {
  const files = ['namespace', 'network-policies', 'limits', 'service-account', 'service']
  return { ...KUSTOMIZATION, resources: files.map((name) => `${name}.yaml`) }
}

function overlayKustomization(input: KubernetesInput): Json {
  const { tenant, tenantId, environment, identity, variables } = input
  const pairs = {
    'app.kubernetes.io/part-of': 'smelt',
    'app.kubernetes.io/managed-by': 'kustomize',
    'smelt.dev/tenant': tenant,
    'smelt.dev/environment': environment,
  }
  const literals = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  const namespace = { kind: 'Namespace', name: 'smelt' }
  const role = identity.kind === 'role' ? identity.arn : undefined
  return {
    ...KUSTOMIZATION,
    namespace: namespaceOf(tenant),
    // The id may come later, and a template of a claim cannot be changed once it is there.
    labels: [
      { pairs, includeTemplates: true },
      ...(tenantId === undefined ? [] : [{ pairs: { 'smelt.dev/tenant-id': tenantId } }]),
    ],
    resources: ['../../../base', 'accounts.yaml', 'quota.yaml', 'egress.yaml', 'workloads.yaml'],
    patches: [
      { target: namespace, patch: patchText('replace', '/metadata/name', namespaceOf(tenant)) },
      ...(role === undefined
        ? []
        : [
            {
              target: { kind: 'ServiceAccount', name: ENGINE_ACCOUNT },
              patch: patchText('add', '/metadata/annotations', { [ROLE_ANNOTATION]: role }),
            },
          ]),
    ],
    ...(literals.length === 0 ? {} : { configMapGenerator: [{ name: VARIABLES, literals }] }),
  }
}

/** A JSON patch of one operation, as the text that kustomize takes. */
function patchText(op: 'add' | 'replace', path: string, value: Json): string {
  return JSON.stringify([{ op, path, value }])
}
