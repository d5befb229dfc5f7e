import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { smeltError } from '#diagnostics'

/** One embedded DuckDB with one connection. Values of `rows` are JavaScript's own: bigint, Date, Uint8Array, string. */
export interface Session {
  readonly connection: DuckDBConnection
  run(sql: string): Promise<void>
  rows(sql: string): Promise<Record<string, unknown>[]>
  /** The number in the only column of the only row. */
  count(sql: string): Promise<number>
  /** Another connection to the same engine: its statements run beside, within the same memory. */
  beside(): Promise<Session>
  /** Closes the connection, and the engine when it is the one that was opened first. */
  close(): void
}

export interface SessionOptions {
  readonly memoryLimitBytes: number
  readonly threads: number
  /** Folder for what does not fit in memory. */
  readonly spill: string
}

/**
 * Opens an engine whose memory is bounded by `memoryLimitBytes` (spilling beyond it), that never reaches for the
 * network, and whose clock is UTC. Fails with checkpoint/engine-failed when it cannot start.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${Math.floor(options.memoryLimitBytes / 1024)}KiB`,
    temp_directory: options.spill,
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  return connect(instance, () => instance.closeSync())
}

async function connect(instance: DuckDBInstance, closed: () => void): Promise<Session> {
  const connection = await instance.connect()
  const failed = (sql: string, cause: unknown): Error =>
    smeltError('sql/statement-failed', { statement: firstLine(sql) }, { cause })
  const session: Session = {
    connection,
    async run(sql) {
      await connection.run(sql).catch((cause: unknown) => Promise.reject(failed(sql, cause)))
    },
    async rows(sql) {
      try {
        const reader = await connection.runAndReadAll(sql)
        return reader.getRowObjectsJS()
      } catch (cause) {
        throw failed(sql, cause)
      }
    },
    async count(sql) {
      const [row] = await session.rows(sql)
      return Number(Object.values(row ?? {})[0] ?? 0)
    },
    beside: () => connect(instance, () => undefined),
    close() {
      connection.closeSync()
      closed()
    },
  }
  await session.run(`set TimeZone = 'UTC'`)
  return session
}

function firstLine(sql: string): string {
  const line = sql.trim().split('\n', 1)[0] ?? ''
  return line.length > 120 ? `${line.slice(0, 117)}...` : line
}
