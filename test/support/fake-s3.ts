import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { S3StoreConfig } from '#lake'

/**
 * What goes wrong with one request. `before` means nothing was done; `after` that it was done and the answer is lost
 * or wrong: the client cannot tell which.
 */
export type Fault =
  | 'slow-down'
  | 'cut-before'
  | 'conflict-before'
  | 'cut-after'
  | 'error-after'
  | 'conflict-after'
  | 'no-answer-after'
  /** Cut off, and done only when the next conditional put arrives. */
  | 'late'
  | 'stalled-body'
  | 'denied'

export interface FakeRequest {
  readonly method: string
  /** Without the bucket. */
  readonly key: string
  readonly query: URLSearchParams
  readonly conditional: boolean
}

export interface FakeS3 {
  readonly config: S3StoreConfig
  readonly objects: Map<string, StoredObject>
  readonly requests: FakeRequest[]
  /** Asked for every request; the answer is what goes wrong with it. */
  fault: (request: FakeRequest) => Fault | undefined
  /** Checks `If-None-Match` like a store that looks first and writes later. */
  letTwoWin: boolean
  /** What a `late` fault left to do. */
  late: (() => Promise<unknown>) | undefined
  stop(): Promise<void>
}

interface StoredObject {
  readonly bytes: Buffer
  readonly metadata: Record<string, string>
  readonly modified: Date
}

const BUCKET = 'fake'
const KEYS = { accessKeyId: 'fake-key', secretAccessKey: 'fake-secret' }
const PAGE = 5

/** An S3 server in this process: conditional puts, multipart, paged listings, and faults on demand. */
export async function startFakeS3(): Promise<FakeS3> {
  const uploads = new Map<string, Map<number, Buffer>>()
  const server = createServer((request, response) => {
    answer(fake, uploads, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const fake: FakeS3 = {
    config: {
      kind: 's3',
      bucket: BUCKET,
      prefix: 'lake',
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      forcePathStyle: true,
      timeoutMs: 1000,
      ...KEYS,
    },
    objects: new Map(),
    requests: [],
    fault: () => undefined,
    letTwoWin: false,
    late: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return fake
}

async function answer(
  fake: FakeS3,
  uploads: Map<string, Map<number, Buffer>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake')
  const [, bucket = '', ...segments] = url.pathname.split('/')
  const asked: FakeRequest = {
    method: request.method ?? '',
    key: segments.map(decodeURIComponent).join('/'),
    query: url.searchParams,
    conditional: request.headers['if-none-match'] === '*',
  }
  const body = await readAll(request)
  fake.requests.push(asked)
  if (!(request.headers.authorization ?? '').includes(`Credential=${KEYS.accessKeyId}/`)) {
    refuse(response, 403, 'InvalidAccessKeyId')
    return
  }
  if (bucket !== BUCKET) {
    refuse(response, 404, 'NoSuchBucket')
    return
  }
  if (request.headers['content-encoding'] === 'aws-chunked') {
    refuse(response, 501, 'NotImplemented')
    return
  }
  const fault = fake.fault(asked)
  if (fault === 'slow-down') {
    refuse(response, 503, 'SlowDown')
    return
  }
  if (fault === 'denied') {
    refuse(response, 403, 'AccessDenied')
    return
  }
  if (fault === 'conflict-before') {
    refuse(response, 409, 'ConditionalRequestConflict')
    return
  }
  if (fault === 'cut-before') return void response.destroy()
  if (fault === 'late') {
    fake.late = () => act(fake, uploads, asked, body, request.headers)
    response.destroy()
    return
  }
  if (asked.conditional && fake.late !== undefined) {
    await fake.late()
    fake.late = undefined
  }
  const reply = await act(fake, uploads, asked, body, request.headers)
  if (fault === 'cut-after') return void response.destroy()
  if (fault === 'no-answer-after') return
  if (fault === 'error-after') {
    refuse(response, 500, 'InternalError')
    return
  }
  if (fault === 'conflict-after') {
    refuse(response, 409, 'ConditionalRequestConflict')
    return
  }
  response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length })
  if (fault === 'stalled-body') return void response.write(reply.body.subarray(0, reply.body.length / 2))
  response.end(reply.body)
}

interface Reply {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer
}

async function act(
  fake: FakeS3,
  uploads: Map<string, Map<number, Buffer>>,
  { method, key, query, conditional }: FakeRequest,
  body: Buffer,
  headers: IncomingMessage['headers'],
): Promise<Reply> {
  if (method === 'GET' && key === '') return xml(listing(fake.objects, query))
  if (method === 'GET') return read(fake.objects.get(key))
  if (method === 'POST' && query.has('delete')) return deleteMany(fake.objects, body)
  if (method === 'POST' && query.has('uploads')) {
    const id = randomUUID()
    uploads.set(id, new Map())
    return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
  }
  const upload = uploads.get(query.get('uploadId') ?? '')
  if (method === 'PUT' && upload !== undefined) {
    upload.set(Number(query.get('partNumber')), body)
    return ok(body)
  }
  if (method === 'POST' && upload !== undefined) {
    const parts = [...upload].sort(([a], [b]) => a - b).map(([, part]) => part)
    fake.objects.set(key, { bytes: Buffer.concat(parts), metadata: {}, modified: new Date() })
    return xml('<CompleteMultipartUploadResult><ETag>"parts"</ETag></CompleteMultipartUploadResult>')
  }
  if (method === 'PUT') return put(fake, key, body, conditional, headers)
  return error(501, 'NotImplemented')
}

async function put(
  fake: FakeS3,
  key: string,
  body: Buffer,
  conditional: boolean,
  headers: IncomingMessage['headers'],
): Promise<Reply> {
  const taken = conditional && fake.objects.has(key)
  if (fake.letTwoWin) await new Promise(setImmediate)
  if (taken) return error(412, 'PreconditionFailed')
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'))
  fake.objects.set(key, {
    bytes: body,
    metadata: Object.fromEntries(metadata.map(([name, value]) => [name, String(value)])),
    modified: new Date(),
  })
  return ok(body)
}

function read(object: StoredObject | undefined): Reply {
  if (object === undefined) return error(404, 'NoSuchKey')
  return { status: 200, headers: { etag: etag(object.bytes), ...object.metadata }, body: object.bytes }
}

function deleteMany(objects: Map<string, StoredObject>, body: Buffer): Reply {
  for (const [, key = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) objects.delete(unescape(key))
  return xml('<DeleteResult/>')
}

function listing(objects: Map<string, StoredObject>, query: URLSearchParams): string {
  const after = query.get('continuation-token') ?? query.get('start-after') ?? ''
  const keys = [...objects.keys()]
    .filter(
      (key) => key.startsWith(query.get('prefix') ?? '') && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0,
    )
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const page = keys.slice(0, PAGE).map((key) => {
    const object = objects.get(key)
    return `<Contents><Key>${escape(key)}</Key><Size>${object?.bytes.length ?? 0}</Size><LastModified>${object?.modified.toISOString() ?? ''}</LastModified></Contents>`
  })
  const more =
    keys.length > PAGE ? `<NextContinuationToken>${escape(keys[PAGE - 1] ?? '')}</NextContinuationToken>` : ''
  return `<ListBucketResult><IsTruncated>${keys.length > PAGE}</IsTruncated>${more}${page.join('')}</ListBucketResult>`
}

function ok(body: Buffer): Reply {
  return { status: 200, headers: { etag: etag(body) }, body: Buffer.alloc(0) }
}

function xml(text: string): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(`<?xml version="1.0"?>${text}`),
  }
}

function error(status: number, code: string): Reply {
  return { ...xml(`<Error><Code>${code}</Code><Message>${code} of the fake</Message></Error>`), status }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const reply = error(status, code)
  response.writeHead(status, reply.headers)
  response.end(reply.body)
}

function etag(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (each) => `&#${each.codePointAt(0) ?? 0};`)
}

function unescape(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, '&')
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
