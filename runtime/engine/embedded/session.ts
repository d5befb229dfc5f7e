import { randomUUID } from 'node:crypto'
import {
  DuckDBInstance,
  JSDuckDBValueConverter,
  type DuckDBConnection,
  type DuckDBMaterializedResult,
  type DuckDBValue,
  type JS,
} from '@duckdb/node-api'
import { smeltError } from '#diagnostics'

/** One embedded DuckDB: its memory, its threads, its functions. */
export interface Engine {
  readonly duckdb: DuckDBInstance
  readonly memoryLimitBytes: number
  /** Names of databases whose sessions are closed: the next session lets go of them. */
  readonly left: Set<string>
  /** Sessions that nobody uses, the longest idle first, with what their tables were made for. */
  readonly idle: { readonly session: Session; readonly program: object }[]
  close(): void
}

/** So many sessions of an engine may wait for who needs the same tables again. */
const MOST_IDLE = 8

export interface SessionOptions {
  readonly memoryLimitBytes: number
  readonly threads: number
  /** Folder for what does not fit in memory. */
  readonly spill: string
}

/** One connection to an engine. Values of `rows` are JavaScript's own: bigint, Date, Uint8Array, string. */
export interface Session {
  readonly engine: Engine
  readonly connection: DuckDBConnection
  /** Whether others have sessions on the engine. */
  readonly shared: boolean
  /** How views that change from batch to batch are defined now, by name. */
  readonly views: Map<string, string>
  run(sql: string): Promise<void>
  /** Runs statements in order, as one call: on small data, a call costs as much as what it does. */
  runAll(statements: readonly string[]): Promise<void>
  /** Statements whose outcome nobody waits for: the next call runs them first, and fails with what they fail with. */
  later(statements: readonly string[]): void
  /** The rows of a query. Given several statements, runs them in order as one call; the rows are those of the last. */
  rows(sql: string | readonly string[]): Promise<Record<string, unknown>[]>
  /** As `rows`, in the engine's own values, which keep every digit. */
  values(sql: string): Promise<Record<string, DuckDBValue>[]>
  /** The number in the only column of the only row. */
  count(sql: string | readonly string[]): Promise<number>
  /** Whether a statement has failed: how far those before it in the same call came is then not known. */
  hasFailed(): boolean
  /** Another connection to the same tables: its statements run beside, within the same memory. */
  beside(): Promise<Session>
  /** Closes the connection, and the engine when it was opened for it. */
  close(): void
}

/**
 * Opens an engine whose memory is bounded by `memoryLimitBytes` (spilling beyond it) and that never reaches for the
 * network. Fails with what DuckDB says when it cannot start.
 */
export async function openEngine(options: SessionOptions): Promise<Engine> {
  const duckdb = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${Math.floor(options.memoryLimitBytes / 1024)}KiB`,
    temp_directory: options.spill,
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const idle: Engine['idle'] = []
  return {
    duckdb,
    memoryLimitBytes: options.memoryLimitBytes,
    left: new Set(),
    idle,
    close() {
      for (const { session } of idle.splice(0)) session.close()
      duckdb.closeSync()
    },
  }
}

/** Opens an engine and the only session on it. The clock is UTC. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const engine = await openEngine(options)
  return await connect(engine, { setup: [], closed: () => engine.close() })
}

/** Opens a session on an engine that others use too, with tables of its own: none sees those of another. */
export async function openSharedSession(engine: Engine): Promise<Session> {
  const name = randomUUID()
  const gone = [...engine.left]
  engine.left.clear()
  const setup = [...gone.map((each) => `detach "${each}"`), `attach ':memory:' as "${name}"`]
  return await connect(engine, { setup, database: name, closed: () => engine.left.add(name) })
}

/**
 * Leaves a shared session to who needs the tables of the same program next. Its rows are theirs to remove. One in which a
 * statement failed is closed: its views may not be what `views` says.
 */
export function leaveIdle(session: Session, program: object): void {
  const { idle } = session.engine
  if (session.hasFailed()) session.close()
  else idle.push({ session, program })
  if (idle.length > MOST_IDLE) idle.shift()?.session.close()
}

/** A session that was left with the tables of a program. */
export function takeIdle({ idle }: Engine, program: object): Session | undefined {
  const index = idle.findLastIndex((each) => each.program === program)
  return index < 0 ? undefined : idle.splice(index, 1)[0]?.session
}

interface Connecting {
  /** Run first. */
  readonly setup: readonly string[]
  /** The engine's own when left out. */
  readonly database?: string
  readonly closed: () => void
}

async function connect(engine: Engine, { setup, database, closed }: Connecting): Promise<Session> {
  const connection = await engine.duckdb.connect()
  let spoiled = false
  const waiting: string[] = []
  const due = (sql: string): string => (waiting.length === 0 ? sql : [...waiting.splice(0), sql].join(';\n'))
  const failed = (sql: string, cause: unknown): Error => {
    spoiled = true
    return smeltError('sql/statement-failed', { statement: firstLine(sql) }, { cause })
  }
  const session: Session = {
    engine,
    connection,
    shared: database !== undefined,
    views: new Map(),
    async run(sql) {
      const text = due(sql)
      await connection.run(text).catch((cause: unknown) => Promise.reject(failed(text, cause)))
    },
    async runAll(statements) {
      if (statements.length > 0) await session.run(statements.join(';\n'))
    },
    later(statements) {
      waiting.push(...statements)
    },
    async rows(sql) {
      const text = due(typeof sql === 'string' ? sql : sql.join(';\n'))
      try {
        return rowsOf(await connection.run(text))
      } catch (cause) {
        throw failed(text, cause)
      }
    },
    async values(sql) {
      const text = due(sql)
      try {
        const reader = await connection.runAndReadAll(text)
        return reader.getRowObjects()
      } catch (cause) {
        throw failed(text, cause)
      }
    },
    async count(sql) {
      const [row] = await session.rows(sql)
      return Number(Object.values(row ?? {})[0] ?? 0)
    },
    hasFailed: () => spoiled,
    beside: () => connect(engine, { setup: [], ...(database && { database }), closed: () => undefined }),
    close() {
      connection.closeSync()
      closed()
    },
  }
  await session.runAll([...setup, ...(database === undefined ? [] : [`use "${database}"`]), `set TimeZone = 'UTC'`])
  return session
}

/** Every row is in memory when a statement ends, so that none needs another trip to a thread. */
function rowsOf(result: DuckDBMaterializedResult): Record<string, JS>[] {
  const names = result.deduplicatedColumnNames()
  const rows: Record<string, JS>[] = []
  for (let index = 0; index < result.chunkCount; index++) {
    for (const values of result.getChunk(index).convertRows(JSDuckDBValueConverter)) {
      rows.push(Object.fromEntries(names.map((name, column) => [name, values[column] ?? null])))
    }
  }
  return rows
}

function firstLine(sql: string): string {
  const line = sql.trim().split('\n', 1)[0] ?? ''
  return line.length > 120 ? `${line.slice(0, 117)}...` : line
}
