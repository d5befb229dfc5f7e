import type { Exposure } from '#plan'

const TEXT = {
  clear: 'personal data in the clear',
  mask: 'personal data, masked',
  hash: 'personal data, hashed',
} as const

/** In what form personal data is held, in words. */
export function exposureText(exposure: Exposure): string {
  return TEXT[exposure]
}
