/** Words that stand for something else than a column unless they are quoted. `date` and `timestamp` do so before a text only. */
const WORDS = new Set(
  'and between case else end false in is like not null or then true when cast distinct filter'.split(' '),
)

/** A field as an expression names it; names that are no words of the language are quoted. */
export function fieldExpression(path: readonly string[]): string {
  return path
    .map((name) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !WORDS.has(name.toLowerCase()) ? name : quoted(name)))
    .join('.')
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
