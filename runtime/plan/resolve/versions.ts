import { typeText } from '../expression/index.ts'
import type { Field } from '#contract'
import type { SourceNode } from '#spec'
import { type Problems } from './context.ts'
import type { FieldPlaces } from './scope.ts'

/**
 * Resolves `versioned_by` of a source: required contract fields of type string or long, so that the key of a record with
 * a null value can be read back from its bytes. Undefined when the source is no changelog.
 */
export function resolveVersionKey(
  { versionedBy }: SourceNode,
  fields: readonly Field[],
  placeOf: FieldPlaces,
  problems: Problems,
): readonly string[] | undefined {
  return versionedBy?.map((name) => {
    const known = fields.map((node) => ({
      name: node.name,
      key: { value: node.name, span: placeOf(node.name) ?? name.span, pointer: name.pointer },
      node,
    }))
    const field = problems.find('contract field', name, known)?.node
    const because = field && cannotName(field)
    if (because !== undefined) problems.add('plan/bad-version-key', { field: name.value, because }, name)
    return name.value
  })
}

function cannotName({ type, nullable }: Field): string | undefined {
  if (type.kind !== 'string' && type.kind !== 'long') return `it has type \`${typeText(type)}\``
  return nullable ? 'the contract lets it be missing or null' : undefined
}
