import { smeltError } from '#diagnostics'

export type Layer = 'bronze' | 'silver' | 'gold' | 'quarantine'

/** A table of the tenant whose root the catalog was opened on. */
export interface Identifier {
  readonly layer: Layer
  readonly name: string
}

/** Refuses a name that could leave its layer's folder. */
export function checkIdentifier(identifier: Identifier): Identifier {
  if (!/^[A-Za-z0-9][\w-]{0,127}$/.test(identifier.name))
    throw smeltError('catalog/bad-name', { name: identifier.name })
  return identifier
}

/** The key of the table's folder. */
export function tableKey({ layer, name }: Identifier): string {
  return `${layer}/${name}`
}

/** The table as texts name it. */
export function tableName({ layer, name }: Identifier): string {
  return `${layer}.${name}`
}
