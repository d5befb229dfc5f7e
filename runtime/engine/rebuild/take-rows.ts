import { quoteText } from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import { openCatalog, openLocalizer, quoteName, type Localizer, type ObjectStore } from '#lake'
import { restoreVersions, type Applying, type Sources } from '../change/apply-change.ts'
import { judgedAnew } from '../change/changed-quarantine.ts'
import type { Checkpoint, SourcePosition, StateFiles } from '../checkpoint.ts'
import type { Instance } from '../embedded/instance.ts'
import { readState, stateTables } from '../embedded/state-files.ts'
import { writeTable } from '../embedded/write-table.ts'
import { readTable } from '../read-table.ts'
import { quarantineName, tableKey } from '../tables.ts'
import { beforeCut, type Cut } from './find-cut.ts'

/** Local copies of an S3 lake's files while rows are compared. */
const CACHE_BYTES = 1 << 30

/** A lake aside that was worked out up to the checkpoint of the live one. */
export interface Aside {
  readonly store: ObjectStore
  readonly checkpoint: Checkpoint
  readonly cut: Cut
}

/**
 * Takes the rows, the state and the books of the tables of a change from the lake aside, as a replay would have given them.
 * checkpoint/since-refused when rows before the cut are not what stands in the live tables.
 */
export async function takeRows(instance: Instance, applying: Applying, aside: Aside): Promise<Sources> {
  const { change, scope } = applying
  const { plan, program } = instance
  const places: Places = {
    live: openLocalizer({ store: instance.store, folder: `${instance.scratch}/live`, maxBytes: CACHE_BYTES }),
    aside: openLocalizer({ store: aside.store, folder: `${instance.scratch}/aside`, maxBytes: CACHE_BYTES }),
  }
  for (const { plan: source, versions } of program.sources)
    if (versions !== undefined) await restoreVersions(instance, change, source.name)
  for (const key of scope.rebuilt) await takeTable(instance, applying, { ...aside, key, places })
  await takeRefused(instance, applying, { ...aside, places })
  for (const { name, delta } of stateTables(program)) {
    // Which versions a record knew is history, which the live state has.
    const [place, files] = name.startsWith('as-of.')
      ? [instance.store, change.checkpoint.state[name]]
      : [aside.store, aside.checkpoint.state[name]]
    if (!name.startsWith('versions.')) await takeState(instance, { name, delta, place, files })
  }
  for (const [name, through] of Object.entries(aside.checkpoint.closed)) instance.closed.set(name, BigInt(through))
  instance.epoch.change = aside.checkpoint.accounting
  const names = new Set(plan.sources.map(({ name }) => name).filter((name) => scope.replayed.includes(name)))
  const positions = Object.entries(change.checkpoint.sources).map(([name, position]): [string, SourcePosition] => [
    name,
    names.has(name) ? withTimes(position, aside.checkpoint.sources[name]) : position,
  ])
  return Object.fromEntries(positions)
}

interface Places {
  readonly live: Localizer
  readonly aside: Localizer
}

type Taking = Aside & { readonly places: Places }

async function takeTable(
  instance: Instance,
  { change, staged }: Applying,
  { key, store, cut, places }: Taking & { readonly key: string },
): Promise<void> {
  const { session, plan, catalog } = instance
  const [layer, name] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)]
  const identifier = { layer: layer as 'silver' | 'gold', name }
  const made = await readTable(openCatalog(store), places.aside, identifier)
  try {
    const rows = `(${made.sql})`
    await writeTable(instance, key, rows, await session.count(`select count(*) from ${rows}`))
    const source = plan.silver.find(({ table }) => layer === 'silver' && table.name === name)?.source
    if (source === undefined || !staged.live.has(key)) return
    const live = await readTable(catalog, places.live, identifier)
    const fields = (table: typeof live): string[] => table.plan.schema.fields.map((field) => field.name)
    const columns = fields(made)
      .filter((field) => fields(live).includes(field))
      .map(quoteName)
      .join(', ')
    const kept = (sql: string): string => `select ${columns} from (${sql}) where ${beforeCut(cut, source)}`
    const differing = await session.count(`select count(*) from (${kept(live.sql)} except all ${kept(made.sql)})`)
    live.release()
    if (differing === 0) return
    const why = `${differing} rows of \`${key}\` before that time are not what the pipeline of their day gives of bronze`
    throw smeltError('checkpoint/since-refused', {
      pipeline: `${plan.tenant}/${change.after.pipeline}`,
      reasons: [why],
    })
  } finally {
    made.release()
  }
}

/** The refusals of judges that were asked again; bronze has the headers that a lake aside goes without. */
async function takeRefused(instance: Instance, { scope }: Applying, { store, places }: Taking): Promise<void> {
  const { session, catalog } = instance
  const identifier = quarantineName(instance.plan)
  const made = await readTable(openCatalog(store), places.aside, identifier)
  const released = [made]
  try {
    for (const source of scope.replayed) {
      const bronze = await readTable(catalog, places.live, { layer: 'bronze', name: source })
      released.push(bronze)
      const rows = `(select refused.* replace (raw.kafka_headers as kafka_headers) from (${made.sql}) refused
        left join (${bronze.sql}) raw using (kafka_partition, kafka_offset)
        where refused.source = ${quoteText(source)} and ${judgedAnew(instance, scope)})`
      const count = await session.count(`select count(*) from ${rows}`)
      if (count > 0) await writeTable(instance, tableKey(identifier), rows, count)
    }
  } finally {
    for (const each of released) each.release()
  }
}

interface Taken {
  readonly name: string
  readonly delta: string
  readonly place: ObjectStore
  readonly files: StateFiles | undefined
}

/** Puts rows where those stand that the next state file gets. */
async function takeState({ session, scratch }: Instance, { delta, place, files }: Taken): Promise<void> {
  await readState({ store: place, scratch }, files, (rows) =>
    session.run(`insert into ${delta} by name select * from ${rows}`),
  )
}

function withTimes(position: SourcePosition, made: SourcePosition | undefined): SourcePosition {
  const partitions = Object.entries(position.partitions).map(([partition, each]) => {
    return [partition, { ...each, newest: made?.partitions[partition]?.newest ?? null }] as const
  })
  return { ...position, partitions: Object.fromEntries(partitions) }
}
