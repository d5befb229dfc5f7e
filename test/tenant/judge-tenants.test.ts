import { describe, expect, it } from 'vitest'
import { parseTenant, type TenantNode } from '#spec'
import { expandInstances, instanceName } from '#tenant'

const ID = 'id: t-7kq3m9t4dhm\n'

function tenant(key: string, more = '', file = `tenants/${key}.yaml`): TenantNode {
  const text = `smelt: 1\n${more}pipelines: { plain: }\n`
  const { node, diagnostics } = parseTenant({ file, text, env: () => undefined })
  if (node === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return node
}

/** What is told of the tenants, with the other places; and who runs all the same. */
function judged(...tenants: readonly TenantNode[]): { readonly told: string[]; readonly runs: string[] } {
  const { instances, diagnostics } = expandInstances({ tenants, pipelines: [{ name: 'plain', params: [] }] })
  const told = diagnostics.map(({ code, pointer = '', span, related = [] }) =>
    [`${code} ${span?.file ?? ''}${pointer}`, ...related.map((each) => each.span.file)].join(' '),
  )
  return { told, runs: instances.map(instanceName) }
}

describe('the key of a tenant', () => {
  it.each(['Acme', 'a', '-acme', 'acme-', 'ac--me', '2acme', 'acme_eu', 'a'.repeat(25), ''])('is not %j', (key) => {
    expect(judged(tenant(key))).toEqual({ told: [`tenant/bad-key tenants/${key}.yaml`], runs: [] })
  })

  it('is that of one file, which ends in .yaml', () => {
    const twin = tenant('acme', ID, 'tenants/acme.yml')
    expect(judged(tenant('acme', ID), twin)).toEqual({
      told: ['tenant/duplicate-key tenants/acme.yml'],
      runs: ['acme/plain'],
    })
    expect(judged(twin)).toEqual({ told: ['tenant/not-yaml tenants/acme.yml'], runs: [] })
  })

  it('does not begin with another and a hyphen: neither runs, whichever comes first', () => {
    const [short, long] = [tenant('acme'), tenant('acme-eu-west')]
    const atShort = 'tenant/prefix-collision tenants/acme.yaml tenants/acme-eu-west.yaml'
    const atLong = 'tenant/prefix-collision tenants/acme-eu-west.yaml tenants/acme.yaml'
    expect(judged(short, long, tenant('globex'))).toEqual({ told: [atShort, atLong], runs: ['globex/plain'] })
    expect(judged(long, short)).toEqual({ told: [atLong, atShort], runs: [] })
    const tombstone = tenant('acme', 'state: offboarded\n')
    expect(judged(tombstone, long)).toEqual({ told: [atShort, atLong], runs: [] })
    expect(judged(short, tenant('acme2'), tenant('acmes-eu')).told).toEqual([])
  })

  it('is told once for each of many that begin with it, and once for it with all of them', () => {
    const { told } = judged(tenant('acme-eu'), tenant('acme'), tenant('acme-us'), tenant('acme-eu-1'))
    expect(told).toEqual([
      'tenant/prefix-collision tenants/acme-eu.yaml tenants/acme.yaml',
      'tenant/prefix-collision tenants/acme.yaml tenants/acme-eu.yaml tenants/acme-us.yaml tenants/acme-eu-1.yaml',
      'tenant/prefix-collision tenants/acme-us.yaml tenants/acme.yaml',
      'tenant/prefix-collision tenants/acme-eu-1.yaml tenants/acme-eu.yaml',
    ])
  })

  it('is not held against another that only a bad one begins with', () => {
    expect(judged(tenant('acme'), tenant('acme-')).runs).toEqual(['acme/plain'])
  })
})

describe('the id of a tenant', () => {
  it('is told at all files that share it, tombstones too, and none of them runs', () => {
    const tombstone = tenant('initech', `state: offboarded\n${ID}`)
    expect(judged(tenant('acme', ID), tenant('globex', ID), tombstone, tenant('hooli'))).toEqual({
      told: [
        'tenant/duplicate-id tenants/acme.yaml/id tenants/globex.yaml tenants/initech.yaml',
        'tenant/duplicate-id tenants/globex.yaml/id tenants/acme.yaml tenants/initech.yaml',
        'tenant/duplicate-id tenants/initech.yaml/id tenants/acme.yaml tenants/globex.yaml',
      ],
      runs: ['hooli/plain'],
    })
  })
})
