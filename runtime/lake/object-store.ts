/** One object as a listing shows it. `modifiedMs` is the store's own clock, in milliseconds since the Unix epoch. */
export interface ObjectInfo {
  readonly key: string
  readonly size: number
  readonly modifiedMs: number
}

/**
 * Where a tenant's lake lies. Keys are relative paths of `/`-separated segments; none may escape the root.
 * Every write is durable once its promise is fulfilled. Faults are `lake/*` errors that carry a retry hint.
 */
export interface ObjectStore {
  /** What readers see in front of every key: `/absolute/folder` or `s3://bucket/prefix`. */
  readonly root: string
  /** The object's bytes; undefined when there is none. */
  read(key: string): Promise<Buffer | undefined>
  /** Creates or replaces the object; readers see the old bytes or the new ones, never a mixture. */
  write(key: string, bytes: Uint8Array): Promise<void>
  /**
   * Creates the object if no object has the key: of any number of creators exactly one is told `created`. An outcome
   * that the store did not tell is found out by reading the object back, so the answer is never a guess.
   */
  create(key: string, bytes: Uint8Array): Promise<'created' | 'exists'>
  /** Stores a local file under the key. The local file may be moved instead of copied. */
  upload(key: string, localPath: string): Promise<void>
  /** Fetches the object into a local file, which appears whole or not at all. */
  download(key: string, localPath: string): Promise<void>
  /** Every object whose key starts with `prefix` and sorts after `after`, in byte order of the keys. */
  list(prefix: string, options?: { readonly after?: string }): AsyncIterable<ObjectInfo>
  /** Removes the objects; keys without an object are passed over. */
  delete(keys: readonly string[]): Promise<void>
  location(key: string): string
  /** The key of a location of this store; `lake/foreign-location` for any other. */
  keyOf(location: string): string
  /** The object's path on this machine, where the store is a folder that DuckDB may read and write by itself. */
  localPath(key: string): string | undefined
  close(): Promise<void>
}

export interface FolderStoreConfig {
  readonly kind: 'folder'
  readonly path: string
}

export interface S3StoreConfig {
  readonly kind: 's3'
  readonly bucket: string
  readonly prefix?: string
  readonly region?: string
  readonly endpoint?: string
  readonly forcePathStyle?: boolean
  /** Without a key the SDK's own chain is asked: environment, profile, container or instance role. */
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  /** How long one request may be without an answer; 60 s when left out. */
  readonly timeoutMs?: number
}

export type StoreConfig = FolderStoreConfig | S3StoreConfig

/** Keys below this folder are for half-written files of this machine; listings leave them out. */
export const TEMPORARY = '.tmp'
