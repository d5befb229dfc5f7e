import { isClearMatch } from './nearest-match.ts'
import type { Span } from './span.ts'

/** `safe`: the mended text can only mean what was written; applied on request. `maybe`: a guess for a person to judge. */
export type Confidence = 'safe' | 'maybe'

/** One change of one file. `replaces` is what must stand at `span` for the change to make sense; empty to insert. */
export interface Edit {
  readonly span: Span
  readonly text: string
  readonly replaces: string
}

/** A mend as data. All its edits belong together. */
export interface Fix {
  /** What it does, as an order: `Write \`within\``. */
  readonly title: string
  readonly confidence: Confidence
  readonly edits: readonly Edit[]
}

/** Writes `text` instead of `replaces`, which stands at `span`. */
export function replacement(span: Span, replaces: string, text: string, confidence: Confidence): Fix {
  return { title: `Write \`${text}\``, confidence, edits: [{ span, text, replaces }] }
}

/**
 * The mend of a misspelt name: write the nearest one. No mend without a near one, nor of a name too short to guess
 * from. It is a guess (`maybe`), as the author alone knows the name that was meant.
 */
export function misspelling(span: Span, name: string, nearest: string | undefined): { readonly fix?: Fix } {
  if (nearest === undefined || name.length < 2) return {}
  return { fix: replacement(span, name, nearest, 'maybe') }
}

/**
 * The mend of a misspelt word of a closed list, such as a field. It is safe when one slip of the hand explains it and no
 * other word of the list is as near.
 */
export function misspeltWord(
  span: Span,
  word: string,
  nearest: string | undefined,
  words: readonly string[],
): { readonly fix?: Fix } {
  if (nearest === undefined) return {}
  return { fix: replacement(span, word, nearest, isClearMatch(word, nearest, words) ? 'safe' : 'maybe') }
}
