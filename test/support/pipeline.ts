import { cp, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import type { Diagnostic } from '#diagnostics'
import {
  answerRebuilds,
  applyChange,
  auditInstance,
  closeInstance,
  contentHashSql,
  findChange,
  findRebuild,
  moveAlone,
  openCheckpoints,
  openInstance,
  openSession,
  planTables,
  readTable,
  rebuildSince,
  rebuildTables,
  run,
  tableKey,
  tryMove,
  type AuditReport,
  type Checkpoint,
  type Instance,
  type Move,
  type MoveOptions,
  type MoveReport,
  type Moved,
  type RebuildOptions,
  type RunOptions,
  type Step,
} from '#engine'
import { openCatalog, openLocalizer, openStore, type ObjectStore } from '#lake'
import { resolvePlan, type Plan, type Resolved } from '#plan'
import { parsePipeline } from '#spec'
import { openBroker, type Broker, type OutgoingRecord } from '#stream'

/** A folder that is gone when the test is. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'smelt-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Compiles a pipeline from texts: its YAML, and its other files by path relative to it. Throws what is wrong with it. */
export function compilePipeline(
  yaml: string,
  files: Readonly<Record<string, string>>,
  tenant = 'acme',
): Required<Pick<Resolved, 'plan' | 'references'>> & { readonly files?: ReadonlyMap<string, string> } {
  const folder = 'pipelines/under-test'
  const { node, diagnostics } = parsePipeline({
    file: `${folder}/pipeline.yaml`,
    text: yaml,
    params: new Map(),
    env: () => undefined,
  })
  if (node === undefined) throw new Error(describe(diagnostics))
  const resolved = resolvePlan({ tenant, pipeline: node, read: (file) => files[path.posix.relative(folder, file)] })
  if (resolved.plan === undefined) throw new Error(describe(resolved.diagnostics))
  const texts = new Map([[`${folder}/pipeline.yaml`, yaml], ...resolved.texts])
  return { plan: resolved.plan, references: resolved.references, files: texts }
}

function describe(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((each) => `${each.code} ${each.pointer ?? ''}: ${each.message} (${each.help})`).join('\n')
}

/** A pipeline with its topics and its lake, to run, kill and look into. */
export interface Bed {
  readonly plan: Plan
  readonly broker: Broker
  readonly store: ObjectStore
  /** Sends records to the topic of a source. */
  send(source: string, records: readonly OutgoingRecord[]): Promise<void>
  /** Runs to the end of the topics; `look` sees the instance before it is closed. */
  run(
    options?: Partial<RunOptions> & {
      readonly step?: (step: Step) => void
      readonly clock?: () => number
      readonly look?: (instance: Instance) => Promise<void>
    },
  ): Promise<Checkpoint | undefined>
  /** Lets this pipeline take over from the one that ran on the same lake, approved; undefined when it is the same. */
  apply(options?: {
    readonly step?: (step: Step) => void
    readonly batchRows?: number
  }): Promise<Checkpoint | undefined>
  /** Works tables out anew from bronze, all of them when none is named. */
  rebuild(
    tables?: readonly string[],
    options?: Pick<RebuildOptions, 'step' | 'batchRows' | 'decide' | 'samples'> & { readonly sinceMs?: number },
  ): Promise<Checkpoint | undefined>
  /** What a run does at its start with rebuilds that were asked of the one before; resolves to how often tables were swapped. */
  answerRebuilds(options?: Partial<Pick<RebuildOptions, 'step' | 'clock'>>): Promise<number>
  /** Takes rows out of quarantine while nothing runs. */
  move(move: Move, options?: MoveOptions & { readonly step?: (step: Step) => void }): Promise<Moved>
  /** What that would do. */
  tryMove(move: Move, options?: MoveOptions): Promise<MoveReport>
  /** Rows of `layer.name`, sorted, as texts. */
  rows(table: string, columns?: readonly string[]): Promise<Record<string, unknown>[]>
  /** Content hash per table. */
  hashes(): Promise<Record<string, string>>
  audit(deep?: boolean): Promise<AuditReport>
}

export interface BedOptions {
  readonly partitions?: number
  /** Where topics and lake lie; a folder of the test by default. */
  readonly folder?: string
  /** Where the lake lies; a folder of the test by default. */
  readonly store?: ObjectStore
  readonly broker?: Broker
  readonly memoryLimitBytes?: number
}

/**
 * A bed that is prepared once for the tests of a file, by the first that asks. Each call puts it back as it was then, in the
 * same place, since tables name their files by where they lie: a bed of an earlier call is gone.
 */
export function prepareOnce<T>(
  compiled: ReturnType<typeof compilePipeline>,
  prepare: (bed: Bed) => Promise<T>,
): () => Promise<{ readonly bed: Bed; readonly prepared: T }> {
  let first: Promise<{ readonly folder: string; readonly prepared: T }> | undefined
  const prepareFirst = async (): Promise<{ folder: string; prepared: T }> => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'smelt-test-'))
    const bed = await openBed(compiled, { folder: path.join(folder, 'live') })
    const prepared = await prepare(bed)
    await cp(path.join(folder, 'live'), path.join(folder, 'kept'), { recursive: true, preserveTimestamps: true })
    return { folder, prepared }
  }
  afterAll(async () => {
    if (first !== undefined) await rm((await first).folder, { recursive: true, force: true })
  })
  return async () => {
    const { folder, prepared } = await (first ??= prepareFirst())
    const live = path.join(folder, 'live')
    await rm(live, { recursive: true, maxRetries: 3 })
    await cp(path.join(folder, 'kept'), live, { recursive: true, preserveTimestamps: true })
    return { bed: await openBed(compiled, { folder: live }), prepared }
  }
}

/** Lays out a pipeline's topics and lake. */
export async function openBed(compiled: ReturnType<typeof compilePipeline>, options: BedOptions = {}): Promise<Bed> {
  const { plan } = compiled
  const folder = options.folder ?? (await temporaryFolder())
  const broker = options.broker ?? (await openBroker({ kind: 'topic-log', path: path.join(folder, 'topics') }))
  const store = options.store ?? (await openStore({ kind: 'folder', path: path.join(folder, 'lake') }))
  onTestFinished(() => broker.close())
  for (const { topic } of plan.sources) {
    if ((await broker.topic(topic)) === undefined)
      await broker.createTopic(topic, { partitions: options.partitions ?? 2 })
  }
  const references = new Map([...compiled.references].map(([name, table]) => [name, table.rows]))
  const engine = {
    plan,
    ...(compiled.files === undefined ? {} : { files: compiled.files }),
    references,
    store,
    piiKey: 'key of the tests',
    memoryLimitBytes: options.memoryLimitBytes ?? 512 << 20,
    threads: 2,
    scratch: path.join(folder, 'scratch'),
    clock: () => 1_790_000_000_000,
  }
  const read = async <T>(
    work: (
      view: (table: string) => Promise<string>,
      rows: (sql: string) => Promise<Record<string, unknown>[]>,
    ) => Promise<T>,
  ): Promise<T> => {
    const session = await openSession({ memoryLimitBytes: 512 << 20, threads: 2, spill: path.join(folder, 'spill') })
    const localizer = openLocalizer({ store, folder: path.join(folder, 'cache'), maxBytes: 1 << 30 })
    const catalog = openCatalog(store)
    const view = async (table: string): Promise<string> => {
      const definition = planTables(plan).find((each) => tableKey(each.identifier) === table)
      if (definition === undefined) throw new Error(`the plan has no table ${table}`)
      return `(${(await readTable(catalog, localizer, definition.identifier)).sql})`
    }
    try {
      return await work(view, (sql) => session.rows(sql))
    } finally {
      session.close()
    }
  }
  return {
    plan,
    broker,
    store,
    async send(source, records) {
      const topic = plan.sources.find((each) => each.name === source)?.topic
      if (topic === undefined) throw new Error(`the plan has no source ${source}`)
      const producer = await broker.producer()
      await producer.send(topic, records)
      await producer.close()
    },
    async run({ step, clock, look, ...settings } = {}) {
      const instance = await openInstance({ ...engine, clock: clock ?? engine.clock, ...(step ? { step } : {}) })
      try {
        const checkpoint = await run(instance, {
          broker,
          batchRows: 10_000,
          batchBytes: 8 << 20,
          checkpointEveryMs: 3_600_000,
          untilEnd: true,
          ...settings,
        })
        await look?.(instance)
        return checkpoint
      } finally {
        await closeInstance(instance)
      }
    },
    async apply(settings = {}) {
      const change = await findChange(store, plan)
      return change === undefined ? undefined : applyChange({ ...engine, ...settings }, change)
    },
    async rebuild(tables = [], { sinceMs, ...settings } = {}) {
      const change = await findRebuild(store, plan, tables)
      if (sinceMs !== undefined) return (await rebuildSince({ ...engine, ...settings }, change, sinceMs)).checkpoint
      return (await rebuildTables({ ...engine, ...settings }, change)).checkpoint
    },
    answerRebuilds: async (settings = {}) =>
      answerRebuilds({ ...engine, ...settings }, await openCheckpoints(store, plan.pipeline).newest()),
    move: (move, { step, ...settings } = {}) => moveAlone({ ...engine, ...(step ? { step } : {}) }, move, settings),
    tryMove: (move, settings) => tryMove(engine, move, settings),
    rows: (table, columns) =>
      read(async (view, rows) => {
        const names = (columns ?? columnsOf(plan, table)).map(
          (name) => `"${name.replaceAll('"', '""')}"::varchar as "${name.replaceAll('"', '""')}"`,
        )
        return rows(`select ${names.join(', ')} from ${await view(table)} order by all`)
      }),
    hashes: () =>
      read(async (view, rows) => {
        const entries: [string, string][] = []
        for (const { identifier } of planTables(plan)) {
          const table = tableKey(identifier)
          const columns = columnsOf(plan, table).map((name) => `"${name.replaceAll('"', '""')}"`)
          const [row] = await rows(contentHashSql(await view(table), columns))
          entries.push([table, String(row?.hash)])
        }
        return Object.fromEntries(entries)
      }),
    audit: (deep = false) => auditInstance({ ...engine, deep }),
  }
}

function columnsOf(plan: Plan, table: string): string[] {
  return (
    planTables(plan)
      .find((each) => tableKey(each.identifier) === table)
      ?.columns.map((column) => column.name) ?? []
  )
}
