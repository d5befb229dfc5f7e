import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { PII_INNER, PII_OUTER, recordsRelation, referenceSql, timelyRelation } from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import { openCatalog, type Clock, type ObjectStore } from '#lake'
import type { Plan } from '#plan'
import { compiledPlan } from './compiled-plan.ts'
import { emptyEpoch, type Instance, type Step } from './instance.ts'
import { leaveIdle, openSession, openSharedSession, takeIdle, type Engine, type Session } from './session.ts'
import { openStaging } from './staging.ts'

/** What an instance needs from outside. */
export interface InstanceOptions {
  readonly plan: Plan
  /** The project files the plan was compiled from, by path from its root: they are kept with the plan. */
  readonly files?: ReadonlyMap<string, string>
  readonly store: ObjectStore
  readonly clock: Clock
  /** Rows of each reference, as texts in field order. */
  readonly references: ReadonlyMap<string, readonly (readonly (string | null)[])[]>
  /** The key of `pii: hash`; needed when a column is hashed. */
  readonly piiKey?: string
  /** An engine that others use too. Left out, the instance has one of its own, of the size that follows. */
  readonly engine?: Engine
  readonly memoryLimitBytes: number
  readonly threads: number
  /** The rows are few: a statement is carried out as it is written, since a better way would take longer to find. */
  readonly fewRows?: boolean
  /** Parent of this run's scratch folder. */
  readonly scratch: string
  readonly step?: (step: Step) => void
  /** See `Instance.writes`. */
  readonly writes?: ReadonlySet<string>
  /** For an audit: see `WindowProgram.refuseDeclared`. */
  readonly rebuild?: boolean
  /** For an audit: see `Instance.closedLive`. */
  readonly closedLive?: ReadonlyMap<string, bigint>
}

/** Opens the engine for a plan. Touches no table and restores nothing: see `openTables` and `restore`. */
export async function openInstance(options: InstanceOptions): Promise<Instance> {
  const { plan, store, clock } = options
  const runId = randomUUID()
  const scratch = path.join(options.scratch, `${plan.tenant}-${plan.pipeline}-${runId}`)
  await mkdir(scratch, { recursive: true })
  const catalog = openCatalog(store)
  const { hash, program, explainers } = await compiledPlan(plan)
  const idle = options.engine === undefined ? undefined : takeIdle(options.engine, program)
  const session = idle ?? (await openSessionIn(scratch, options))
  const instance: Instance = {
    plan,
    planHash: hash,
    files: options.files ?? new Map(),
    references: options.references,
    program,
    session,
    staging: openStaging(session),
    store,
    catalog,
    clock,
    scratch,
    runId,
    step: options.step ?? (() => undefined),
    tables: new Map(),
    explainers,
    upkeep: { working: undefined, held: false },
    epoch: emptyEpoch(),
    rebuild: options.rebuild ?? false,
    closedLive: options.closedLive ?? new Map(),
    ...(options.writes === undefined ? {} : { writes: options.writes }),
    closed: new Map(),
    state: new Map(),
    kept: new Set(),
    liveFiles: new Map(),
    ages: new Map(),
  }
  try {
    await prepareSession(instance, options, { made: idle !== undefined })
  } catch (error) {
    await closeInstance(instance)
    throw error
  }
  return instance
}

async function openSessionIn(scratch: string, options: InstanceOptions): Promise<Session> {
  if (options.engine !== undefined) return await openSharedSession(options.engine)
  const spill = path.join(scratch, 'spill')
  await mkdir(spill)
  return await openSession({ ...options, spill })
}

/** Releases the engine and removes the scratch folder. */
export async function closeInstance(instance: Instance): Promise<void> {
  const { session, program, rebuild } = instance
  // An audit's rebuild has tables that no other instance has.
  if (session.shared && !rebuild) leaveIdle(session, program)
  else session.close()
  await rm(instance.scratch, { recursive: true, force: true })
}

/** Makes the tables of a session, or empties them where it has them already. */
async function prepareSession(
  instance: Instance,
  options: InstanceOptions,
  { made }: { readonly made: boolean },
): Promise<void> {
  const { session, plan } = instance
  for (const reference of plan.references) {
    await session.runAll(referenceSql(reference, options.references.get(reference.name) ?? []))
  }
  const hashed = plan.silver.flatMap((table) => table.columns).find((column) => column.pii === 'hash')
  if (hashed !== undefined) {
    if (options.piiKey === undefined) {
      throw smeltError('tenant/no-pii-key', { tenant: plan.tenant, pipeline: plan.pipeline, column: hashed.name })
    }
    await setPiiKey(instance, options.piiKey)
  }
  const { setup, state, sources } = instance.program
  // A session that is used again may have been one for few rows.
  const planning = `pragma ${options.fewRows === true ? 'disable' : 'enable'}_optimizer`
  if (made) {
    session.later([planning, ...state.map((each) => `truncate ${each}`)])
    return
  }
  await session.runAll([planning, ...setup])
  for (const { plan: source, sql } of sources) {
    session.views.set(recordsRelation(source.name), sql.records.accepted)
    session.views.set(timelyRelation(source.name), sql.timely.all)
  }
}

/** The two padded keys of HMAC-SHA-256 (RFC 2104), bound as parameters so that they stand in no statement. */
async function setPiiKey(instance: Instance, key: string): Promise<void> {
  const bytes = Buffer.from(key, 'utf8')
  const block = Buffer.alloc(64)
  ;(bytes.length > 64 ? createHash('sha256').update(bytes).digest() : bytes).copy(block)
  const padded = (pad: number): string => Buffer.from(block.map((byte) => byte ^ pad)).toString('hex')
  const { connection } = instance.session
  await connection.run(`set variable ${PII_INNER} = unhex($1::varchar)`, [padded(0x36)])
  await connection.run(`set variable ${PII_OUTER} = unhex($1::varchar)`, [padded(0x5c)])
}
