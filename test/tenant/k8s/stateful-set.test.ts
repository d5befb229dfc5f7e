import { describe, expect, it } from 'vitest'
import { statefulSet } from '../../../runtime/tenant/k8s/stateful-set.ts'
import { INSTANCE, kubernetesInput } from './input.ts'

const rendered = (changes: Parameters<typeof kubernetesInput>[0] = {}): string =>
  JSON.stringify(statefulSet(kubernetesInput(changes), INSTANCE))

describe('statefulSet', () => {
  it('is one pod that runs one instance and answers probes where the kubelet asks', () => {
    const { spec } = statefulSet(kubernetesInput(), INSTANCE)
    expect(spec).toMatchObject({
      replicas: 1,
      template: {
        spec: {
          terminationGracePeriodSeconds: 120,
          automountServiceAccountToken: false,
          containers: [
            {
              args: ['run', 'acme/orders', '--env', 'production', '--log', 'json', '--health', '*:8081'],
              ports: [{ name: 'health', containerPort: 8081 }],
              readinessProbe: { httpGet: { path: '/readyz', port: 'health' } },
              livenessProbe: { httpGet: { path: '/healthz', port: 'health' } },
            },
          ],
        },
      },
    })
  })

  it.each(['suspended', 'offboarded'] as const)('has no pod while the tenant is %s', (state) => {
    expect(statefulSet(kubernetesInput({ state }), INSTANCE)['spec']).toMatchObject({ replicas: 0 })
  })

  it('gives it the secrets that it needs by name: as variables, or as files where smelt.yaml looks for them', () => {
    expect(rendered()).toContain(
      '"name":"SMELT_SECRET_PII_KEY","valueFrom":{"secretKeyRef":{"name":"smelt-secrets","key":"PII_KEY"}}',
    )
    const files = rendered({ secrets: { kind: 'folder', folder: '.smelt/secrets' } })
    expect(files).toContain(
      '"secretName":"smelt-secrets","defaultMode":288,"items":[{"key":"PII_KEY","path":"PII_KEY"}]',
    )
    expect(files).toContain('"mountPath":"/project/.smelt/secrets","readOnly":true')
    expect(files).not.toContain('secretKeyRef')
  })

  it('holds nothing but what spilled in its claim, which goes with it', () => {
    expect(statefulSet(kubernetesInput({ scratch: '50Gi' }), INSTANCE).spec).toMatchObject({
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
      volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '50Gi' } } } }],
    })
    expect(rendered()).toContain('{"name":"scratch","mountPath":"/project/.smelt/scratch"}')
  })

  it('reads variables only when there are some', () => {
    expect(rendered()).toContain('configMapRef')
    expect(rendered({ variables: {} })).not.toContain('configMapRef')
  })
})
