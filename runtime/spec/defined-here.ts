import type { Related, Span } from '#diagnostics'

/** For a problem with a nearest match: where the entry called `name` is defined, unless that is the place itself. */
export function definedHere(
  entries: readonly { readonly name: string; readonly key: { readonly span: Span } }[],
  name: string | undefined,
): { readonly related?: readonly Related[] } {
  const span = entries.find((each) => each.name === name)?.key.span
  return span === undefined ? {} : { related: [{ message: `\`${name ?? ''}\` is defined here`, span }] }
}
