import { satisfiesFormat } from '#contract'
import { TIME_FORMATS } from '#plan'
import type { Profile } from '../profile/profile.ts'

/** The formats that are looked for, the narrowest first. Others accept too much to be told from plain text. */
const FORMATS = ['date-time', 'date', 'time', 'duration', 'uuid', 'ipv4', 'ipv6', 'email', 'uri']

/** The format of contracts that every text of the sample satisfies. */
export function textFormat(profile: Profile): string | undefined {
  const texts = textsOf(profile)
  if (texts.length === 0) return undefined
  return FORMATS.find((format) => texts.every((text) => hasFormat(format, text)))
}

/** The formats of `parse_timestamp` that every text of the sample satisfies. */
export function timeFormats(profile: Profile): readonly string[] {
  const texts = textsOf(profile)
  if (texts.length === 0) return []
  return TIME_FORMATS.filter(({ pattern }) => {
    const whole = new RegExp(`^(?:${pattern})$`)
    return texts.every((text) => whole.test(text))
  }).map(({ name }) => name)
}

/** The different texts that a profile has seen. */
export function textsOf({ distinct }: Profile): readonly string[] {
  return [...distinct.keys()].flatMap((json) => {
    const value: unknown = JSON.parse(json)
    return typeof value === 'string' ? [value] : []
  })
}

/** Nearly any word with a colon is a URI by the letter; one that was meant so names a place. */
function hasFormat(format: string, text: string): boolean {
  return satisfiesFormat(format, text) && (format !== 'uri' || text.includes('://'))
}
