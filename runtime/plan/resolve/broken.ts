import type { Located, Named, PipelineNode } from '#spec'
import type { Problems } from './context.ts'

/** What names are looked for among together: a wrong one is told by the layer that it is of. */
const LAYERS = ['sources', 'silver', 'gold'] as const
/** Where names are declared, and what messages call them. */
const KINDS = { sources: 'source', references: 'reference', silver: 'silver table', sinks: 'sink' } as const

type Broken = Pick<PipelineNode, 'broken'>

/** As in `Columns`. */
export interface Unread {
  readonly broken: readonly Located<string>[]
  readonly open?: boolean
}

const ALL_READ: Unread = { broken: [] }

/** Names of what could not be read in the mapping at `pointer`, which was told. */
export function brokenAt({ broken }: Broken, pointer: string): readonly Located<string>[] {
  return broken?.get(pointer) ?? []
}

/** What could not be read of the columns, or joins, in `field` of the table that is called `key`. */
export function unreadIn(pipeline: Broken, key: Located<string>, field: string): Unread {
  if (pipeline.broken === undefined) return ALL_READ
  const open = brokenAt(pipeline, key.pointer).some(({ value }) => value === field)
  return { broken: brokenAt(pipeline, `${key.pointer}/${field}`), open }
}

/** Whether `name` is, or may be, something declared in `field` that could not be read. */
export function mayBeBroken(pipeline: Broken, field: keyof typeof KINDS, name: string): boolean {
  if (pipeline.broken === undefined) return false
  if (brokenAt(pipeline, '').some(({ value }) => value === field)) return true
  const fields = LAYERS.some((layer) => layer === field) ? LAYERS : [field]
  return fields.some((each) => brokenAt(pipeline, `/${each}`).some(({ value }) => value === name))
}

/**
 * The entry of `field` called `name`. Undefined when there is none, which is told, and when it could not be read, which
 * was: then no more is said of what names it.
 */
export function findDeclared<T>(
  field: keyof typeof KINDS,
  name: Located<string>,
  among: readonly Named<T>[],
  { pipeline, problems }: { readonly pipeline: Broken; readonly problems: Problems },
): Named<T> | undefined {
  const found = among.find((each) => each.name === name.value)
  if (found !== undefined || mayBeBroken(pipeline, field, name.value)) return found
  problems.find(KINDS[field], name, inFileOrder([...among, ...brokenAt(pipeline, `/${field}`).map(unread)]))
  return undefined
}

/** A name that could not be read, beside those that were: the one that is meant may be it. */
function unread(key: Located<string>): Named<undefined> {
  return { name: key.value, key, node: undefined }
}

function inFileOrder(entries: Named<unknown>[]): Named<unknown>[] {
  return entries.sort((a, b) => a.key.span.start.offset - b.key.span.start.offset)
}
