import { describe, expect, it } from 'vitest'
import { isSmeltError } from '#diagnostics'
import { isTenantKey, parseInstanceName } from '#tenant'

describe('parseInstanceName', () => {
  it('reads a tenant and a pipeline', () => {
    expect(parseInstanceName('acme/inventory-compliance')).toEqual({ tenant: 'acme', pipeline: 'inventory-compliance' })
  })

  it.each([
    '',
    'acme',
    'acme/',
    '/orders',
    'acme/orders/x',
    'Acme/orders',
    '../orders',
    'acme/..',
    'acme\\orders',
    'acme /orders',
  ])('refuses %j', (text) => {
    const read = (): unknown => parseInstanceName(text)
    expect(read).toThrow(expect.toSatisfy((error) => isSmeltError(error, 'tenant/bad-instance')))
  })
})

describe('isTenantKey', () => {
  it.each(['ab', 'acme', 'acme-2', 'a'.repeat(24)])('takes %s', (id) => {
    expect(isTenantKey(id)).toBe(true)
  })

  it.each(['', 'a', '2a', '-a', 'a-', 'A', 'a_b', 'a.b', 'a/b', 'a b', 'é1', 'a--b', 'a'.repeat(25), 'ab\n'])(
    'refuses %j',
    (id) => {
      expect(isTenantKey(id)).toBe(false)
    },
  )
})
