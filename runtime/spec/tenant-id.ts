/** No vowels, no `l`, no `0` and `1`: no words, and nothing that reads like something else. A prime number of them. */
const SYMBOLS = '23456789bcdfghjkmnpqrst'
const LETTERS = 'abcdefghjkmnpqrstuvwxyz'
const BODY_LENGTH = 10

/**
 * The form of a tenant's id: `t-`, ten symbols, and a letter that checks them. Never twelve digits, so that it cannot
 * be taken for the number of a cloud account, nor the other way round.
 */
export const TENANT_ID = new RegExp(`^t-[${SYMBOLS}]{${BODY_LENGTH}}[${LETTERS}]$`)

/** Whether `text` is an id and its last letter fits the rest: one wrong symbol, or two neighbours swapped, and it does not. */
export function isTenantId(text: string): boolean {
  return TENANT_ID.test(text) && tenantIdOf(text.slice(2, -1)) === text
}

/** The id whose ten symbols are chosen by `bytes`, of which there must be ten; only random ones make an id nobody has. */
export function newTenantId(bytes: Uint8Array): string {
  const symbols = Array.from(bytes.subarray(0, BODY_LENGTH), (byte) => SYMBOLS.charAt(byte % SYMBOLS.length))
  return tenantIdOf(symbols.join(''))
}

/** Weights that differ by place, modulo a prime: every single slip changes the sum. */
function tenantIdOf(body: string): string {
  const sum = Array.from(body).reduce((total, symbol, at) => total + (at + 1) * SYMBOLS.indexOf(symbol), 0)
  return `t-${body}${LETTERS.charAt(sum % LETTERS.length)}`
}
