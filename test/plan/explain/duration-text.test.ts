import { expect, it } from 'vitest'
import { durationText } from '#plan'
import { parseDuration } from '#spec'

it.each([0, 1, 999, 1000, 90_000, 60_000, 5_400_000, 86_400_000, 129_600_000, 604_800_000])(
  'writes %d ms as pipelines do',
  (milliseconds) => {
    expect(parseDuration(durationText(milliseconds))).toBe(milliseconds)
  },
)

it('takes the largest unit that says it whole', () => {
  expect([86_400_000, 5_400_000, 90_000, 1500].map(durationText)).toEqual(['1d', '90m', '90s', '1500ms'])
})
