import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { S3StoreConfig } from '#lake'

const START_DEADLINE_MS = 20_000
const KEYS = { accessKeyId: 'test', secretAccessKey: 'test-secret' }

export interface S3Server {
  readonly endpoint: string
  /** A new, empty bucket. */
  bucket(): Promise<S3StoreConfig>
  stop(): Promise<void>
}

/** Starts versitygw from `folder` (part `s3`) on a free port of 127.0.0.1, with its data in a folder of its own. */
export async function startVersitygw(folder: string): Promise<S3Server> {
  const data = await mkdtemp(path.join(tmpdir(), 'smelt-s3-'))
  await mkdir(path.join(data, 'data'))
  await mkdir(path.join(data, 'iam'))
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const child = spawn(
    path.join(folder, 'versitygw'),
    ['--port', `127.0.0.1:${port}`, '--iam-dir', path.join(data, 'iam'), '--quiet', 'posix', path.join(data, 'data')],
    {
      stdio: 'ignore',
      env: { ...process.env, ROOT_ACCESS_KEY: KEYS.accessKeyId, ROOT_SECRET_KEY: KEYS.secretAccessKey },
    },
  )
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
    await rm(data, { recursive: true, force: true })
  }
  child.once('error', () => undefined)
  if (!(await answers(endpoint))) {
    await stop()
    throw new Error(`versitygw did not answer on ${endpoint} within ${START_DEADLINE_MS} ms`)
  }
  let buckets = 0
  return {
    endpoint,
    // A folder of the data folder is a bucket.
    bucket: async () => {
      const bucket = `lake-${++buckets}`
      await mkdir(path.join(data, 'data', bucket))
      return {
        kind: 's3',
        bucket,
        prefix: 'tenants/acme',
        region: 'us-east-1',
        endpoint,
        forcePathStyle: true,
        ...KEYS,
      }
    },
    stop,
  }
}

async function answers(endpoint: string): Promise<boolean> {
  const deadline = Date.now() + START_DEADLINE_MS
  while (Date.now() < deadline) {
    if (
      await fetch(endpoint).then(
        (answer) => answer.status === 403,
        () => false,
      )
    )
      return true
    await delay(20)
  }
  return false
}

/** A port of 127.0.0.1 that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
