import { describe, expect, it } from 'vitest'
import { SENSITIVITIES } from '#spec'
import { handlingOf, mostSensitive } from '#tenant'

describe('handlingOf', () => {
  it('lets fewer read, and keeps removed data shorter, the more sensitive they are', () => {
    const readers = ['account', 'tenant', 'named', 'nobody']
    const ranks = SENSITIVITIES.map((level) => readers.indexOf(handlingOf(level).readers))
    expect(ranks).toEqual([0, 1, 2, 3])
    const days = SENSITIVITIES.map((level) => handlingOf(level).noncurrentDays)
    expect(days).toEqual([...days].sort((a, b) => b - a))
  })

  it('makes an erasure of personal data final within a week, and lets nothing lock them', () => {
    expect(handlingOf('gdpr')).toEqual({ readers: 'nobody', noncurrentDays: 7, keyDeletionDays: 7, lockable: false })
  })
})

describe('mostSensitive', () => {
  it('is the strictest layer', () => {
    const internal = { bronze: 'internal', silver: 'internal', gold: 'public', quarantine: 'internal' } as const
    expect(mostSensitive(internal)).toBe('internal')
    expect(mostSensitive({ ...internal, gold: 'gdpr' })).toBe('gdpr')
  })
})
