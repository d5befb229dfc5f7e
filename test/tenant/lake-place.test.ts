import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseProject, parseTenant, type TenantNode } from '#spec'
import { cloudNames, lakePlace } from '#tenant'

const ROOT = path.join(import.meta.dirname, '..', '..')
const env = (): undefined => undefined

function shipped(key: string): TenantNode {
  const file = `tenants/${key}.yaml`
  const { node } = parseTenant({ file, text: readFileSync(path.join(ROOT, file), 'utf8'), env })
  if (node === undefined) throw new Error(`no tenant ${key}`)
  return node
}

describe('lakePlace', () => {
  it('puts in what is the tenant’s own, and leaves everything else', () => {
    const all = '{tenant}/{tenant_id}/{account_id}/{region}/{other}'
    expect(lakePlace(all, shipped('acme'), 'prod')).toBe('acme/t-7kq3m9t4dhm/111122223333/eu-central-1/{other}')
  })

  it('refuses what the file of the tenant does not say', () => {
    const { node: bare } = parseTenant({ file: 'tenants/bare.yaml', text: 'smelt: 1\npipelines: { orders: }\n', env })
    if (bare === undefined) throw new Error('no tenant')
    expect(lakePlace('{tenant}', bare, 'prod')).toBe('bare')
    expect(() => lakePlace('{tenant_id}', bare, 'prod')).toThrow('does not stand in the cloud')
    expect(() => lakePlace('{region}', shipped('acme'), 'stage')).toThrow(
      'does not stand in the environment `stage` of the cloud',
    )
  })

  it.each(['acme', 'globex'])('finds the bucket that Terragrunt makes for %s, by the shipped smelt.yaml', (key) => {
    const file = 'smelt.yaml'
    const text = readFileSync(path.join(ROOT, file), 'utf8')
    const { node } = parseProject({ file, text, env, environment: 'prod' })
    const lake = node?.environments.find(({ name }) => name === 'prod')?.node.lake
    if (lake?.kind !== 's3') throw new Error('`prod` has no bucket')
    const tenant = shipped(key)
    const [place] = tenant.environments
    const { bucket } = cloudNames({
      partition: 'aws',
      region: place?.node.region.value ?? '',
      accountId: place?.node.accountId.value ?? '',
      tenantId: tenant.id?.value ?? '',
      environment: 'prod',
    })
    expect(lakePlace(lake.bucket.value, tenant, 'prod')).toBe(bucket)
  })
})
