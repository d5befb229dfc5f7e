import { quoteText } from '../identifier.ts'

/** True when the whole of `value` matches the RE2 expression. */
export function fullMatchSql(value: string, re2: string): string {
  return `regexp_full_match(${value}, ${quoteText(re2)})`
}

/** True when the RE2 expression matches somewhere in `value`. */
export function searchSql(value: string, re2: string): string {
  return `regexp_matches(${value}, ${quoteText(re2)})`
}
