import type { Contract } from '#contract'

type Schema = Readonly<Record<string, unknown>>

/** The JSON pointer at which a contract declares a field, given by its path; references inside the file are followed. */
export function contractPlace(contract: Pick<Contract, 'schema'>, path: readonly string[]): string {
  let pointer = ''
  for (const name of path) pointer = `${followed(contract.schema, pointer)}/properties/${escaped(name)}`
  return pointer
}

/** The pointer that the schema at `pointer` refers to, in the end; a circle ends where it began. */
function followed(root: Schema, pointer: string): string {
  const seen = new Set<string>()
  let at = pointer
  while (!seen.has(at)) {
    seen.add(at)
    const ref = objectAt(root, at).$ref
    if (typeof ref !== 'string' || !ref.startsWith('#')) return at
    at = decodeURIComponent(ref.slice(1))
  }
  return at
}

function objectAt(root: Schema, pointer: string): Schema {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((at, step) => objectOf(at[step]), root)
}

function objectOf(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? (value as Schema) : {}
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
