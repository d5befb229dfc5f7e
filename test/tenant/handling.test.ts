import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { SENSITIVITIES } from '#spec'
import { handlingOf, mostSensitive } from '#tenant'
import { PACKAGE_FOLDER } from '../cli/support/buffer-host.ts'

const READERS = {
  account: "whoever in the account is allowed to by policies of their own, and the tenant's role for the layer",
  tenant: "the tenant's role for the layer",
  nobody: 'nobody: no such role is made',
}
const textOf = (file: string): string => readFileSync(path.join(PACKAGE_FOLDER, file), 'utf8')

describe('handlingOf', () => {
  it('lets fewer read, and keeps removed data shorter, the more sensitive they are', () => {
    const readers = ['account', 'tenant', 'nobody']
    const ranks = SENSITIVITIES.map((level) => readers.indexOf(handlingOf(level).readers))
    expect(ranks).toEqual([0, 1, 1, 2])
    const days = SENSITIVITIES.map((level) => handlingOf(level).noncurrentDays)
    expect(days).toEqual([...days].sort((a, b) => b - a))
  })

  it('makes an erasure of personal data final within a week, and gives nobody a role to read them', () => {
    expect(handlingOf('gdpr')).toEqual({ readers: 'nobody', noncurrentDays: 7, keyDeletionDays: 7 })
  })

  it('is what the page about tenants tells', () => {
    const rows = [...textOf('docs/onboard.md').matchAll(/^\| `(\w+)` \| (.*) \| (\d+) days \| (\d+) days \|$/gm)]
    const told = rows.map(([, level, readers, removed, key]) => [level, readers, removed, key])
    const held = SENSITIVITIES.map((level) => {
      const { readers, noncurrentDays, keyDeletionDays } = handlingOf(level)
      return [level, READERS[readers], `${noncurrentDays}`, `${keyDeletionDays}`]
    })
    expect(told).toEqual(held)
  })

  it('is what the module of the policies provisions', () => {
    const text = textOf('terragrunt/catalog/modules/policies/main.tf')
    const rows = [
      ...text.matchAll(/^ +(\w+) += \{ readers = "(\w+)", noncurrent_days = (\d+), key_deletion_days = (\d+) \}$/gm),
    ]
    const provisioned = rows.map(([, level, readers, removed, key]) => [level, readers, Number(removed), Number(key)])
    const held = SENSITIVITIES.map((level) => [
      level,
      handlingOf(level).readers,
      handlingOf(level).noncurrentDays,
      handlingOf(level).keyDeletionDays,
    ])
    expect(provisioned).toEqual(held)
  })
})

describe('mostSensitive', () => {
  it('is the strictest layer', () => {
    const internal = { bronze: 'internal', silver: 'internal', gold: 'public', quarantine: 'internal' } as const
    expect(mostSensitive(internal)).toBe('internal')
    expect(mostSensitive({ ...internal, gold: 'gdpr' })).toBe('gdpr')
  })
})
