import { expect, it } from 'vitest'
import { parseTenant } from '#spec'
import { renderTenant } from '#tenant'
import { CLOUD_TENANT } from '../project-files.ts'

it('says who reads each layer, and of the one bucket and key what the most sensitive layer wants', () => {
  const text = CLOUD_TENANT.replace('gold: internal', 'gold: public')
  const { node } = parseTenant({ file: 'tenants/acme.yaml', text, env: () => undefined })
  if (node === undefined) throw new Error('the tenant is sound')
  const files = renderTenant({ tenant: node, environment: 'prod', instances: [], stub: undefined })
  const lake = files.find(({ path }) => path === 'rendered/prod/acme/lake.json')?.text ?? ''
  expect(JSON.parse(lake)).toEqual({
    tenant: 'acme',
    id: 't-7kq3m9t4dhm',
    noncurrent_days: 7,
    key_deletion_days: 7,
    namespaces: [
      { namespace: 'acme.bronze', classification: 'gdpr', readers: 'nobody' },
      { namespace: 'acme.silver', classification: 'confidential', readers: 'tenant' },
      { namespace: 'acme.gold', classification: 'public', readers: 'account' },
      { namespace: 'acme.quarantine', classification: 'gdpr', readers: 'nobody' },
    ],
    dashboards: 'smelt-acme',
    tags: {},
  })
})
