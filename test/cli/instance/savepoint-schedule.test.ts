import { describe, expect, it } from 'vitest'
import { smeltError, type Diagnostic } from '#diagnostics'
import { scheduleOf } from '../../../runtime/cli/instance/savepoint-schedule.ts'

describe('the schedule of a running instance', () => {
  it('tells what went wrong as a warning', () => {
    const told: Diagnostic[] = []
    const { onFault, ...schedule } = scheduleOf({ everyMs: 5, keep: 2 }, (each) => told.push(each))
    onFault?.(smeltError('lake/store-unavailable', { location: '/lake', attempts: 3 }))
    expect(schedule).toEqual({ everyMs: 5, keep: 2 })
    expect(told).toMatchObject([{ code: 'checkpoint/savepoint-failed', severity: 'warning' }])
    expect(told[0]?.message).toContain('/lake')
  })
})
