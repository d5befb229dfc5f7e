import { expect, it } from 'vitest'
import { tenantNames } from '#tenant'

it('ends what other names begin with, so that nothing of one tenant is taken for that of another', () => {
  const names = ['acme', 'acme2', 'acm'].map((key) => tenantNames({ key, file: `tenants/${key}.yaml` }))
  for (const one of names) {
    for (const other of names.filter((each) => each !== one)) {
      expect(`${other.topicPrefix}orders`.startsWith(one.topicPrefix)).toBe(false)
      expect(`${other.clientPrefix}group`.startsWith(one.clientPrefix)).toBe(false)
      expect(other.rendered('prod').startsWith(`${one.rendered('prod')}/`)).toBe(false)
    }
  }
})

it('puts the stub where the environment and the region say', () => {
  const { stub } = tenantNames({ key: 'acme', file: 'tenants/acme.yaml' })
  expect(stub({ name: 'prod', region: 'eu-central-1' })).toBe(
    'terragrunt/live/prod/eu-central-1/tenants/acme/terragrunt.stack.hcl',
  )
})
