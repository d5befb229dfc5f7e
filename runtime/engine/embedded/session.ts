import { randomUUID } from 'node:crypto'
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api'
import { smeltError } from '#diagnostics'

/** One embedded DuckDB: its memory, its threads, its functions. */
export interface Engine {
  readonly duckdb: DuckDBInstance
  /** Names of databases whose sessions are closed: the next session lets go of them. */
  readonly left: Set<string>
  close(): void
}

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
  run(sql: string): Promise<void>
  /** Runs statements in order, as one call. */
  runAll(statements: readonly string[]): Promise<void>
  rows(sql: string): Promise<Record<string, unknown>[]>
  /** As `rows`, in the engine's own values, which keep every digit. */
  values(sql: string): Promise<Record<string, DuckDBValue>[]>
  /** The number in the only column of the only row. */
  count(sql: string): Promise<number>
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
  return { duckdb, left: new Set(), close: () => duckdb.closeSync() }
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

interface Connecting {
  /** Run first. */
  readonly setup: readonly string[]
  /** The engine's own when left out. */
  readonly database?: string
  readonly closed: () => void
}

async function connect(engine: Engine, { setup, database, closed }: Connecting): Promise<Session> {
  const connection = await engine.duckdb.connect()
  const failed = (sql: string, cause: unknown): Error =>
    smeltError('sql/statement-failed', { statement: firstLine(sql) }, { cause })
  const session: Session = {
    engine,
    connection,
    async run(sql) {
      await connection.run(sql).catch((cause: unknown) => Promise.reject(failed(sql, cause)))
    },
    async runAll(statements) {
      if (statements.length > 0) await session.run(statements.join(';\n'))
    },
    async rows(sql) {
      try {
        const reader = await connection.runAndReadAll(sql)
        return reader.getRowObjectsJS()
      } catch (cause) {
        throw failed(sql, cause)
      }
    },
    async values(sql) {
      try {
        const reader = await connection.runAndReadAll(sql)
        return reader.getRowObjects()
      } catch (cause) {
        throw failed(sql, cause)
      }
    },
    async count(sql) {
      const [row] = await session.rows(sql)
      return Number(Object.values(row ?? {})[0] ?? 0)
    },
    beside: () => connect(engine, { setup: [], ...(database && { database }), closed: () => undefined }),
    close() {
      connection.closeSync()
      closed()
    },
  }
  await session.runAll([...setup, ...(database === undefined ? [] : [`use "${database}"`]), `set TimeZone = 'UTC'`])
  return session
}

function firstLine(sql: string): string {
  const line = sql.trim().split('\n', 1)[0] ?? ''
  return line.length > 120 ? `${line.slice(0, 117)}...` : line
}
