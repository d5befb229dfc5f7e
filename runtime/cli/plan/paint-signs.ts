/** How a line of a plan is told: created, changed in place, rewritten, dropped, worth a second look, or nothing of it. */
export type Sign = '+' | '~' | '-/+' | '-' | '!' | ''

/** A line with the sign that it is told by. */
export interface SignedLine {
  readonly sign?: Sign
  readonly indent: number
  readonly text: string
  readonly strong?: boolean
}

const WIDTH = 3
const GREEN = 32
const YELLOW = 33
const RED = 31
const COLOURS: Readonly<Record<Sign, number | undefined>> = {
  '+': GREEN,
  '~': YELLOW,
  '-/+': RED,
  '-': RED,
  '!': RED,
  '': undefined,
}

/** Writes lines with their signs in a column of their own, in colours when `colours` is true. */
export function paintSigns(colours: boolean): (line: SignedLine) => string {
  const wrap = (text: string, on: number, off: number): string =>
    colours ? `\u001B[${on}m${text}\u001B[${off}m` : text
  return ({ sign, indent, text, strong }) => {
    const plain = text.replace(/[\p{Cc}\u2028\u2029]/gu, '\u00B7')
    const shown = strong === true ? wrap(plain, 1, 22) : plain
    if (sign === undefined) return `${' '.repeat(plain === '' ? 0 : indent)}${shown}`
    const colour = COLOURS[sign]
    const told = sign.padStart(WIDTH)
    return `${' '.repeat(indent - 2)}${colour === undefined ? told : wrap(told, colour, 39)} ${shown}`
  }
}
