import { describe, expect, it } from 'vitest'
import { workloadName } from '../../../runtime/tenant/k8s/names.ts'

describe('workloadName', () => {
  it('is the pipeline, as long as a pod and its revision can be called after it', () => {
    expect(workloadName('inventory-compliance')).toBe('inventory-compliance')
    expect(workloadName('p'.repeat(52))).toBe('p'.repeat(52))
  })

  it('of a long one is short enough, starts like it, and is not that of another', () => {
    const long = ['a', 'b'].map((end) => workloadName(`${'p'.repeat(62)}${end}`))
    expect(long.map((name) => name.length)).toEqual([52, 52])
    expect(new Set(long).size).toBe(2)
    expect(workloadName(`${'p'.repeat(42)}-${'q'.repeat(20)}`)).toMatch(/^p{42}-[\da-f]{8}$/)
  })
})
