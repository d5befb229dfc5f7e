import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { KubernetesInput } from '#tenant'
import { renderArgo, renderK8s } from '../../../runtime/tenant/k8s/render-k8s.ts'
import { INSTANCE, kubernetesInput } from './input.ts'

const workloads = (changes: Parameters<typeof kubernetesInput>[0]): string =>
  renderK8s(kubernetesInput(changes)).get('production/tenants/acme/workloads.yaml') ?? ''

describe('renderK8s', () => {
  it('makes the same files for every input, so that nothing of before is left behind', () => {
    const names = (changes: Parameters<typeof kubernetesInput>[0]): string[] => [
      ...renderK8s(kubernetesInput(changes)).keys(),
    ]
    expect(names({ flink: 'flink-session', variables: {} })).toEqual(names({}))
    expect(names({})).toEqual([
      'base/namespace.yaml',
      'base/network-policies.yaml',
      'base/limits.yaml',
      'base/service-account.yaml',
      'base/service.yaml',
      'base/kustomization.yaml',
      'production/tenants/acme/accounts.yaml',
      'production/tenants/acme/quota.yaml',
      'production/tenants/acme/egress.yaml',
      'production/tenants/acme/workloads.yaml',
      'production/tenants/acme/kustomization.yaml',
    ])
  })

  it('has one base for all tenants and environments', () => {
    const base = (changes: Parameters<typeof kubernetesInput>[0]): [string, string][] =>
      [...renderK8s(kubernetesInput(changes))].filter(([file]) => file.startsWith('base/'))
    expect(base({ tenant: 'globex', environment: 'test', scratch: '1Ti', flink: 'flink-application' })).toEqual(
      base({}),
    )
  })

  it('keeps what may come later out of templates, which cannot be changed', () => {
    const [, templates = '', rest = ''] =
      /labels:([^]*includeTemplates: true)([^]*)/.exec(
        renderK8s(kubernetesInput()).get('production/tenants/acme/kustomization.yaml') ?? '',
      ) ?? []
    expect(templates).not.toContain('t-7kq3m9t4dhm')
    expect(rest).toContain('smelt.dev/tenant-id: t-7kq3m9t4dhm')
  })

  it('makes an account for each role that reads, with its role where nobody else maps it, and none with a token', () => {
    const accounts = (readers: KubernetesInput['readers']): unknown[] =>
      parseAllDocuments(renderK8s(kubernetesInput({ readers })).get('production/tenants/acme/accounts.yaml') ?? '').map(
        (each) => each.toJS() as unknown,
      )
    const arn = 'arn:aws:iam::111122223333:role/lake-acme-reader-gold'
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', automountServiceAccountToken: false }
    expect(accounts([{ role: 'reader-gold', arn }, { role: 'reader-silver' }])).toEqual([
      { ...account, metadata: { name: 'smelt-reader-gold', annotations: { 'eks.amazonaws.com/role-arn': arn } } },
      { ...account, metadata: { name: 'smelt-reader-silver' } },
    ])
  })

  it('names the role once, and not where pods get it in another way', () => {
    const overlay = 'production/tenants/acme/kustomization.yaml'
    expect(renderK8s(kubernetesInput()).get(overlay)).toContain('eks.amazonaws.com/role-arn')
    for (const kind of ['pod-identity', 'keys'] as const)
      expect(renderK8s(kubernetesInput({ identity: { kind } })).get(overlay)).not.toContain('role-arn')
  })

  it('bounds the namespace by the quota of the tenant, where its file has one', () => {
    const quota = (bounds: { cores?: number; memoryBytes?: number }): string =>
      renderK8s(kubernetesInput({ bounds })).get('production/tenants/acme/quota.yaml') ?? ''
    const given = quota({ cores: 8, memoryBytes: 32_000_000_000 })
    expect(given).toContain('requests.cpu: "8"')
    expect(given.match(/(requests|limits)\.memory: 30517Mi/g)).toHaveLength(2)
    expect(quota({ cores: 8 })).toContain('limits.memory: 3072Mi')
  })

  it('gives the rights of Flink to the account of its own namespace', () => {
    const text = renderK8s(kubernetesInput({ flink: 'flink-session' })).get('production/tenants/acme/workloads.yaml')
    expect(text).toMatch(/subjects:\n {2}- kind: ServiceAccount\n {4}name: smelt-flink\n {4}namespace: smelt-acme\n/)
  })

  it('has no cluster for all jobs while nothing runs, and jobs of their own suspended in any case', () => {
    const kinds = (
      state: 'active' | 'suspended' | 'offboarded',
      flink: 'flink-session' | 'flink-application',
    ): string[] => [...workloads({ state, flink }).matchAll(/^kind: (Flink\w+)$/gm)].map(([, kind = '']) => kind)
    expect(kinds('active', 'flink-session')).toEqual(['FlinkDeployment', 'FlinkSessionJob'])
    for (const state of ['suspended', 'offboarded'] as const) {
      expect(kinds(state, 'flink-session')).toEqual([])
      expect(kinds(state, 'flink-application')).toEqual(['FlinkDeployment'])
      expect(workloads({ state, flink: 'flink-application' })).toContain('state: suspended')
    }
  })

  it('leaves no room for a pod of an offboarded tenant, and what a suspended one needs to come back', () => {
    const quota = (state: 'active' | 'suspended' | 'offboarded'): string | undefined =>
      renderK8s(kubernetesInput({ state, bounds: { cores: 8 } })).get('production/tenants/acme/quota.yaml')
    expect(quota('suspended')).toBe(quota('active'))
    const gone = quota('offboarded')?.match(/^ {4}\S+: .*$/gm) ?? []
    expect(gone).toHaveLength(quota('active')?.match(/^ {4}\S+: .*$/gm)?.length ?? 0)
    expect(gone.every((line) => line.endsWith(': "0"'))).toBe(true)
  })

  it('leaves room in the quota for one more instance, and for an upgrade of Flink', () => {
    const two = [INSTANCE, { ...INSTANCE, pipeline: 'returns' }]
    const quota = (flink: 'none' | 'flink-application'): string | undefined =>
      renderK8s(kubernetesInput({ instances: two, flink })).get('production/tenants/acme/quota.yaml')
    expect(quota('none')).toContain('limits.memory: 4608Mi')
    expect(quota('none')).toContain('requests.storage: 61440Mi')
    expect(quota('flink-application')).toContain('limits.memory: 15360Mi')
  })
})

describe('renderArgo', () => {
  const files = renderArgo({
    environment: 'production',
    repository: 'https://git.example.org/lake.git',
    revision: 'main',
    folder: 'deploy/k8s',
    tenants: ['acme', 'globex'],
  })

  it('deletes nothing when a tenant file is gone', () => {
    const text = files.get('production/argocd/application-set.yaml')
    expect(text).toContain('preserveResourcesOnDeletion: true')
    expect(text).toContain('applicationsSync: create-update')
    expect(text).toContain(
      'path: deploy/k8s/production/tenants/{{ trimSuffix ".yml" (trimSuffix ".yaml" .path.filename) }}',
    )
  })

  it('bounds each tenant to its namespace', () => {
    const text = files.get('production/argocd/projects.yaml') ?? ''
    expect(text.match(/kind: AppProject/g)).toHaveLength(2)
    expect(text.match(/namespace: smelt-\w+/g)).toEqual(['namespace: smelt-acme', 'namespace: smelt-globex'])
  })
})
