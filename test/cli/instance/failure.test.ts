import { expect, it } from 'vitest'
import { diagnostic } from '#diagnostics'
import { anotherRuns, faultOfPlan } from '../../../runtime/cli/instance/failure.ts'

const place = { pipeline: 'acme/orders' }
const refused = diagnostic('checkpoint/already-running', { ...place, pid: 7 })
const fenced = diagnostic('checkpoint/fenced', { ...place, id: 4 })
const outage = diagnostic('stream/broker-unreachable', { address: 'broker:9092', detail: 'refused' })
const check = diagnostic('checkpoint/check-failed', { check: 'c', table: 't', partition: 0, offset: '7' })

it('another process runs it where this one was refused or fenced', () => {
  expect([refused, fenced, outage, check].map((each) => anotherRuns([each]))).toEqual([true, true, false, false])
})

it.each([
  ['a check', check],
  ['a topic that is not there', diagnostic('stream/unknown-topic', { topic: 'acme.oders' })],
  ['a fault of ours', diagnostic('internal/bug', { detail: 'x' })],
  ['a statement the engine cannot run', diagnostic('sql/statement-failed', { statement: 'insert' })],
  ['a process that broke down', diagnostic('cli/instance-ended', { instance: 'acme/orders', how: 'by SIGKILL' })],
])('%s may be the fault of a plan', (_, problem) => {
  expect(faultOfPlan([outage, problem])).toBe(problem)
})

it.each([
  ['a second run', refused],
  ['a run elsewhere', fenced],
  ['an outage', outage],
  ['a lake that refuses', diagnostic('lake/access-denied', { location: 's3://lake' })],
  ['records that are gone', diagnostic('stream/topic-gone', { topic: 'acme.orders' })],
])('%s is not', (_, problem) => {
  expect(faultOfPlan([problem])).toBeUndefined()
})
