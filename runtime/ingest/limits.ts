/** What bounds the work of a server. */
export interface IngestLimits {
  /** Bytes of one body, before and after decompression. */
  readonly maxBodyBytes: number
  /** Bytes of one record with its key and headers: what brokers take as they are shipped. */
  readonly maxRecordBytes: number
  /** Bytes of bodies in memory: of all requests, and of those of one tenant. */
  readonly maxBytesInFlight: number
  readonly maxTenantBytesInFlight: number
  /** From the head of a request to the last byte of its body. */
  readonly bodyTimeoutMs: number
  /** How long requests in flight may take once the server is ending. */
  readonly drainMs: number
  readonly maxConnections: number
  /** How long an idempotency key is remembered, and how many bytes the memory of one topic may take: the oldest go first. */
  readonly keyWindowMs: number
  readonly keyWindowBytes: number
  /** After this long without a record a topic is let go of, so that another process may write its topic log. */
  readonly idleMs: number
}

const MIB = 1 << 20

/** The limits of a server that is given none. */
export const DEFAULT_LIMITS: IngestLimits = {
  maxBodyBytes: 8 * MIB,
  maxRecordBytes: 1_000_000,
  maxBytesInFlight: 64 * MIB,
  maxTenantBytesInFlight: 32 * MIB,
  bodyTimeoutMs: 30_000,
  drainMs: 30_000,
  maxConnections: 2_000,
  keyWindowMs: 24 * 3_600_000,
  keyWindowBytes: 64 * MIB,
  idleMs: 5_000,
}
