import type { ClassificationNode } from '#spec'
import { handlingOf } from '../handling.ts'

/** What lies in a tenant's bucket, by the first folder of the key. Under `.probe` the engine finds out whether the store keeps its word. */
export const PREFIXES = ['bronze', 'silver', 'gold', 'quarantine', 'state', 'artifacts', '.probe'] as const
export type Prefix = (typeof PREFIXES)[number]

/** The prefixes that hold tables. */
export const LAYERS = ['bronze', 'silver', 'gold', 'quarantine'] as const satisfies readonly Prefix[]
export type Layer = (typeof LAYERS)[number]

/** What a role of a tenant may do with the objects under a prefix. */
export interface Role {
  readonly reads: readonly Prefix[]
  readonly writes: readonly Prefix[]
  /** Needs names of objects outside its prefixes too: the engine lists the whole bucket when it erases a person. */
  readonly listsAll: boolean
}

const reader = (layer: Layer): Role => ({ reads: [layer], writes: [], listsAll: false })

/**
 * The roles that a tenant gets, each with what it needs and nothing else. The engine is one role for all layers because
 * one checkpoint commits them together; what it runs (`artifacts`) it cannot change, and who changes that reads no data.
 */
export const ROLES = {
  engine: {
    reads: [...LAYERS, 'state', 'artifacts', '.probe'],
    writes: [...LAYERS, 'state', '.probe'],
    listsAll: true,
  },
  maintenance: { reads: [...LAYERS, 'state'], writes: LAYERS, listsAll: true },
  deployer: { reads: ['artifacts'], writes: ['artifacts'], listsAll: false },
  'reader-bronze': reader('bronze'),
  'reader-silver': reader('silver'),
  'reader-gold': reader('gold'),
  'reader-quarantine': reader('quarantine'),
} as const satisfies Readonly<Record<string, Role>>

/** The name of a role of a tenant. */
export type RoleName = keyof typeof ROLES

/** Every role of a tenant, in the order of the documentation. */
export const ROLE_NAMES = Object.keys(ROLES) as readonly RoleName[]

/** The roles that may read, or write, under a prefix. */
export function rolesThat(verb: 'reads' | 'writes', prefix: Prefix): RoleName[] {
  return ROLE_NAMES.filter((name) => (ROLES[name][verb] as readonly Prefix[]).includes(prefix))
}

/** The layers of whose data a person may read by a role of the tenant; of the others no such role is made. */
export function layersReadByRole(classification: ClassificationNode): Layer[] {
  return LAYERS.filter((layer) => handlingOf(classification[layer]).readers !== 'nobody')
}

/** The layers that every role of the account may read whose own policies let it. */
export function layersReadByAccount(classification: ClassificationNode): Layer[] {
  return LAYERS.filter((layer) => handlingOf(classification[layer]).readers === 'account')
}

/** The roles that are made for a tenant with this classification. */
export function madeRoles(classification: ClassificationNode): RoleName[] {
  const read = layersReadByRole(classification)
  return ROLE_NAMES.filter((name) => LAYERS.every((layer) => name !== readerOf(layer) || read.includes(layer)))
}

/** The role that reads a layer and nothing else. */
export function readerOf<L extends Layer>(layer: L): `reader-${L}` {
  return `reader-${layer}`
}
