import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type * as Sdk from '@aws-sdk/client-s3'
import { smeltError } from '#diagnostics'
import { withRetry } from './retry.ts'
import { isAbsent, isPassing, s3Fault, statusOf } from './s3-fault.ts'
import { checkKey, keyUnder } from './store-key.ts'
import type { ObjectInfo, ObjectStore, S3StoreConfig } from './object-store.ts'

const TIMEOUT_MS = 60_000
/** Larger files go up in parts. */
const PART_BYTES = 16 * 1024 * 1024
const PARTS_AT_ONCE = 3
const PART_ATTEMPTS = 6
const DELETED_AT_ONCE = 1000
/** Every create leaves its own mark on its object, so that reading back tells whose it is. */
const WRITER = 'smelt-writer'

interface S3 {
  readonly sdk: typeof Sdk
  readonly client: Sdk.S3Client
  /** For parts of large files, which the SDK may repeat one by one. */
  readonly patient: Sdk.S3Client
  readonly bucket: string
  readonly root: string
  /** The bucket's key of a key of the store. */
  readonly full: (key: string) => string
}

/**
 * A lake in an S3 bucket. `create` uses a conditional put; after an answer that was lost or undecided the object is
 * read back. Passing faults (5xx, throttling, timeouts, cut connections) are tried again with growing delays.
 */
export async function openS3Store(config: S3StoreConfig): Promise<ObjectStore> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const sdk = await import('@aws-sdk/client-s3')
  const { bucket, timeoutMs = TIMEOUT_MS } = config
  const prefix = (config.prefix ?? '')
    .split('/')
    .filter((segment) => segment !== '')
    .join('/')
  const s3: S3 = {
    sdk,
    // Retries are ours: only we know what a second try of a create may mean.
    client: newClient(sdk, config, timeoutMs, 1),
    patient: newClient(sdk, config, timeoutMs, PART_ATTEMPTS),
    bucket,
    root: prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`,
    full: (key) => (prefix === '' ? checkKey(key) : `${prefix}/${checkKey(key)}`),
  }
  return s3Store(s3)
}

function newClient(sdk: typeof Sdk, config: S3StoreConfig, timeoutMs: number, maxAttempts: number): Sdk.S3Client {
  const { region = 'us-east-1', endpoint, forcePathStyle = false, accessKeyId, secretAccessKey } = config
  return new sdk.S3Client({
    region,
    forcePathStyle,
    maxAttempts,
    requestHandler: {
      connectionTimeout: Math.min(5000, timeoutMs),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      // Ends a body that stalls after the first byte.
      socketTimeout: timeoutMs,
    },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  })
}

function s3Store(s3: S3): ObjectStore {
  const location = (key: string): string => `${s3.root}/${checkKey(key)}`
  const guarded = async <T>(where: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await withRetry(where, isPassing, work)
    } catch (error) {
      throw s3Fault(error, s3.bucket, where)
    }
  }
  return {
    root: s3.root,
    read: async (key) => (await guarded(location(key), () => get(s3, key)))?.bytes,
    write: async (key, bytes) => guarded(location(key), () => put(s3, key, bytes)),
    create: async (key, bytes) => create(s3, key, bytes, (work) => guarded(location(key), work)),
    upload: async (key, localPath) => guarded(location(key), () => uploadFile(s3, key, localPath)),
    download: async (key, localPath) => guarded(location(key), () => downloadFile(s3, key, localPath, location(key))),
    list: (prefix, options) => list(s3, prefix, options?.after, (work) => guarded(`${s3.root}/${prefix}`, work)),
    delete: async (keys) => {
      for (let from = 0; from < keys.length; from += DELETED_AT_ONCE) {
        await guarded(s3.root, () => remove(s3, keys.slice(from, from + DELETED_AT_ONCE)))
      }
    },
    location,
    keyOf: (where) => keyUnder(s3.root, where),
    localPath: () => undefined,
    close: () => {
      s3.client.destroy()
      s3.patient.destroy()
      return Promise.resolve()
    },
  }
}

interface Found {
  readonly bytes: Buffer
  readonly writer: string | undefined
}

async function get({ sdk, client, bucket, full }: S3, key: string): Promise<Found | undefined> {
  try {
    const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: full(key) })
    const found = await client.send(command)
    const bytes = await found.Body?.transformToByteArray()
    return bytes === undefined ? undefined : { bytes: Buffer.from(bytes), writer: found.Metadata?.[WRITER] }
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

async function put({ sdk, client, bucket, full }: S3, key: string, bytes: Uint8Array): Promise<void> {
  await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: full(key), Body: bytes }))
}

/** Puts if absent until the outcome is known. */
async function create(
  s3: S3,
  key: string,
  bytes: Uint8Array,
  guarded: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<'created' | 'exists'> {
  const writer = randomUUID()
  let unsure = false
  return await guarded(async () => {
    const outcome = await putIfAbsent(s3, key, bytes, writer)
    if (outcome === 'created') return 'created'
    // A refusal of a first try is plain; after an unknown outcome the object that refused us may be our own.
    if (outcome === 'exists' && !unsure) return 'exists'
    unsure = true
    const found = await get(s3, key)
    if (found !== undefined) return isOurs(found, bytes, writer) ? 'created' : 'exists'
    throw new Error(
      `it is not known whether the object was created: ${outcome instanceof Error ? outcome.message : outcome}`,
    )
  })
}

/** The answer to one conditional put, or the fault after which it is not known whether the object was created. */
async function putIfAbsent(
  { sdk, client, bucket, full }: S3,
  key: string,
  bytes: Uint8Array,
  writer: string,
): Promise<'created' | 'exists' | Error> {
  const command = new sdk.PutObjectCommand({
    Bucket: bucket,
    Key: full(key),
    Body: bytes,
    IfNoneMatch: '*',
    Metadata: { [WRITER]: writer },
  })
  try {
    await client.send(command)
    return 'created'
  } catch (error) {
    if (statusOf(error) === 412) return 'exists'
    if (error instanceof Error && (statusOf(error) === 409 || isPassing(error))) return error
    throw error
  }
}

/** A store that keeps no metadata leaves the bytes to compare. */
function isOurs(found: Found, bytes: Uint8Array, writer: string): boolean {
  return found.writer === undefined ? found.bytes.equals(bytes) : found.writer === writer
}

async function uploadFile(s3: S3, key: string, localPath: string): Promise<void> {
  const { size } = await stat(localPath)
  if (size <= PART_BYTES) {
    await put(s3, key, await readFile(localPath))
    return
  }
  const { Upload } = await import('@aws-sdk/lib-storage')
  const upload = new Upload({
    client: s3.patient,
    params: { Bucket: s3.bucket, Key: s3.full(key), Body: createReadStream(localPath) },
    partSize: PART_BYTES,
    queueSize: PARTS_AT_ONCE,
  })
  await upload.done()
}

async function downloadFile(
  { sdk, client, bucket, full }: S3,
  key: string,
  localPath: string,
  location: string,
): Promise<void> {
  const partial = `${localPath}.${randomUUID()}`
  try {
    const { Body: body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: full(key) }))
    if (!(body instanceof Readable)) throw new Error('the answer has no body')
    await pipeline(body, createWriteStream(partial))
    await rename(partial, localPath)
  } catch (error) {
    await rm(partial, { force: true })
    if (isAbsent(error)) throw smeltError('lake/missing-file', { location }, { cause: error })
    throw error
  }
}

async function* list(
  s3: S3,
  prefix: string,
  after: string | undefined,
  guarded: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<ObjectInfo> {
  const { sdk, client, bucket } = s3
  const above = s3.full('x').slice(0, -1)
  let token: string | undefined
  do {
    const page = await guarded(() =>
      client.send(
        new sdk.ListObjectsV2Command({
          Bucket: bucket,
          Prefix: above + prefix,
          ...(after === undefined ? {} : { StartAfter: above + after }),
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      ),
    )
    for (const { Key: key = '', Size: size = 0, LastModified: modified } of page.Contents ?? []) {
      yield { key: key.slice(above.length), size, modifiedMs: modified?.getTime() ?? 0 }
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined
  } while (token !== undefined)
}

async function remove({ sdk, client, bucket, full }: S3, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  const objects = keys.map((key) => ({ Key: full(key) }))
  const answer = await client.send(
    new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
  )
  const [fault] = answer.Errors ?? []
  if (fault === undefined) return
  throw Object.assign(new Error(fault.Message ?? 'an object could not be deleted'), { name: fault.Code ?? 'Error' })
}
