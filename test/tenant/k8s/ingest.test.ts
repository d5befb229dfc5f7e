import { describe, expect, it } from 'vitest'
import { ingestObjects } from '../../../runtime/tenant/k8s/ingest.ts'
import { renderK8s } from '../../../runtime/tenant/k8s/render-k8s.ts'
import { kubernetesInput } from './input.ts'

const INGEST = { from: ['ingress-nginx', '10.0.0.0/8'], secrets: ['S3_KEY'] }
const objects = (changes: Parameters<typeof kubernetesInput>[0] = {}) =>
  new Map(ingestObjects(kubernetesInput({ ingest: INGEST, ...changes })).map((each) => [each.kind, each]))

describe('ingestObjects', () => {
  it('are none where no records are taken over HTTP', () => {
    expect(ingestObjects(kubernetesInput())).toEqual([])
    const quota = (changes: Parameters<typeof kubernetesInput>[0]): string =>
      renderK8s(kubernetesInput(changes)).get('production/tenants/acme/quota.yaml') ?? ''
    expect(quota({})).toContain('pods: "6"')
    expect(quota({ ingest: INGEST })).toContain('pods: "7"')
    expect(quota({ ingest: INGEST })).toContain('persistentvolumeclaims: "3"')
    expect(quota({ ingest: INGEST })).toContain('requests.storage: 43008Mi')
  })

  it('are one pod that serves one tenant, asked by the kubelet where it answers', () => {
    expect(objects().get('Deployment')?.['spec']).toMatchObject({
      replicas: 1,
      strategy: { type: 'Recreate' },
      template: {
        spec: {
          automountServiceAccountToken: false,
          containers: [
            {
              args: ['ingest', 'acme', '--env', 'production', '--host', '0.0.0.0', '--port', '8080'],
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
              livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
              volumeMounts: expect.arrayContaining([
                { name: 'keys', mountPath: '/project/.smelt/ingest/production' },
              ]) as unknown[],
            },
          ],
        },
      },
    })
    expect(JSON.stringify(objects().get('Deployment'))).toContain(
      '"secretKeyRef":{"name":"smelt-secrets","key":"S3_KEY"}',
    )
    expect(JSON.stringify(objects().get('Deployment'))).not.toContain('PII_KEY')
  })

  it('let in who is named, to that pod alone, through the service', () => {
    const labels = { 'app.kubernetes.io/name': 'smelt', 'app.kubernetes.io/component': 'ingest' }
    expect(objects().get('NetworkPolicy')?.['spec']).toEqual({
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } },
            { ipBlock: { cidr: '10.0.0.0/8' } },
          ],
          ports: [{ protocol: 'TCP', port: 8080 }],
        },
      ],
    })
    expect(objects().get('Service')?.['spec']).toMatchObject({ selector: labels, ports: [{ targetPort: 'http' }] })
  })

  it('have no pod while the tenant is suspended, or once it is gone, and keep what was answered', () => {
    for (const state of ['suspended', 'offboarded'] as const) {
      expect(objects({ state }).get('Deployment')?.['spec']).toMatchObject({ replicas: 0 })
      expect(objects({ state }).has('PersistentVolumeClaim')).toBe(true)
    }
  })
})
