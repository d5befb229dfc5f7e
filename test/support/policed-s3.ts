import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent as PlainAgent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { askSigned, type AccessKeys } from './signed-request.ts'
import { freePort } from './versitygw.ts'

const START_DEADLINE_MS = 30_000
const ROOT: AccessKeys = { access: 'root', secret: 'root-secret' }

/** The one account that versitygw has. */
export const ACCOUNT = '000000000000'

/** Something asked of a bucket by a user. */
export interface StorageRequest {
  readonly keys: AccessKeys
  readonly method: string
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: string
  /** The address of this machine that the request comes from. */
  readonly from?: string
  /** Over TLS, as unless said otherwise. */
  readonly secure?: boolean
}

/** An S3 server that decides by the policies of its users and of its bucket, over HTTP and HTTPS. */
export interface PolicedS3 {
  /** Makes a user without any policy. */
  user(place: { readonly path: string; readonly name: string }): Promise<AccessKeys>
  /** Gives a user these policies, by their names, in place of those of before. */
  police(user: string, policies: Readonly<Record<string, string>>): Promise<void>
  /** Resolves to the status of the answer. */
  ask(request: StorageRequest): Promise<number>
  /** The same, by who owns everything: no policy holds for them. */
  askAsOwner(request: Omit<StorageRequest, 'keys'>): Promise<number>
  stop(): Promise<void>
}

/** Starts versitygw from `folder` (part `s3`) twice, with and without TLS, over one bucket and its server of identities. */
export async function startPolicedS3(folder: string, bucket: string): Promise<PolicedS3> {
  const data = mkdtempSync(path.join(tmpdir(), 'smelt-policed-'))
  for (const name of ['iam', 'buckets', `buckets/${bucket}`]) mkdirSync(path.join(data, name))
  const ca = makeCertificate(data)
  const [identities, plain, secure] = [await freePort(), await freePort(), await freePort()]
  const socket = path.join(data, 'iam.socket')
  const start = (port: number, ...args: readonly string[]): ChildProcess =>
    spawn(path.join(folder, 'versitygw'), ['--quiet', '--health', '/healthz', '--port', `127.0.0.1:${port}`, ...args], {
      stdio: 'ignore',
      env: { ...process.env, ROOT_ACCESS_KEY: ROOT.access, ROOT_SECRET_KEY: ROOT.secret },
    })
  const storage = ['--iam-standalone-endpoint', socket, 'posix', path.join(data, 'buckets')]
  const tls = ['--cert', path.join(data, 'cert.pem'), '--key', path.join(data, 'key.pem')]
  const children = [start(identities, 'iam', '--dir', path.join(data, 'iam'), '--private-ports', socket)]
  const agents = new Map<string, PlainAgent>()
  const agentFor = (isSecure: boolean, localAddress = '127.0.0.1'): PlainAgent => {
    const name = `${isSecure} ${localAddress}`
    const options = { keepAlive: true, localAddress }
    const agent = agents.get(name) ?? (isSecure ? new SecureAgent({ ...options, ca }) : new PlainAgent(options))
    agents.set(name, agent)
    return agent
  }
  const stop = async (): Promise<void> => {
    for (const agent of agents.values()) agent.destroy()
    await Promise.all(children.map(end))
    rmSync(data, { recursive: true, force: true })
  }
  const url = (isSecure: boolean): string => (isSecure ? `https://127.0.0.1:${secure}` : `http://127.0.0.1:${plain}`)
  const ask = async ({ secure: isSecure = true, from, key, query = {}, ...rest }: StorageRequest): Promise<number> => {
    const words = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='))
    const target = new URL(`${url(isSecure)}/${bucket}${key === undefined ? '' : `/${key}`}?${words.join('&')}`)
    return (await askSigned({ ...rest, service: 's3', url: target, agent: agentFor(isSecure, from) })).status
  }
  try {
    await answers(`http://127.0.0.1:${identities}`)
    children.push(start(plain, ...storage), start(secure, ...tls, ...storage))
    await Promise.all([answers(url(false)), answers(url(true), agentFor(true))])
  } catch (error) {
    await stop()
    throw error
  }
  return {
    ...users(new URL(`http://127.0.0.1:${identities}/`)),
    ask,
    askAsOwner: (request) => ask({ ...request, keys: ROOT }),
    stop,
  }
}

function users(url: URL): Pick<PolicedS3, 'user' | 'police'> {
  const call = async (action: string, parameters: Readonly<Record<string, string>>): Promise<string> => {
    const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }).toString()
    const type = 'application/x-www-form-urlencoded'
    const { status, text } = await askSigned({ keys: ROOT, service: 'iam', method: 'POST', url, type, body })
    if (status !== 200) throw new Error(`${action} ${parameters['UserName'] ?? ''}: ${text}`)
    return text
  }
  const given = new Map<string, readonly string[]>()
  return {
    user: async (place) => {
      await call('CreateUser', { UserName: place.name, Path: place.path })
      const answer = await call('CreateAccessKey', { UserName: place.name })
      const of = (name: string): string => new RegExp(`<${name}>([^<]+)<`).exec(answer)?.[1] ?? ''
      return { access: of('AccessKeyId'), secret: of('SecretAccessKey') }
    },
    police: async (UserName, policies) => {
      for (const PolicyName of given.get(UserName) ?? []) await call('DeleteUserPolicy', { UserName, PolicyName })
      given.set(UserName, Object.keys(policies))
      for (const [PolicyName, PolicyDocument] of Object.entries(policies))
        await call('PutUserPolicy', { UserName, PolicyName, PolicyDocument })
    },
  }
}

/** A certificate for 127.0.0.1, which vouches for itself. */
function makeCertificate(folder: string): string {
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const { status, stderr } = spawnSync('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', cert], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`openssl makes no certificate: ${stderr}`)
  return readFileSync(cert, 'utf8')
}

async function answers(url: string, agent?: PlainAgent): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS
  const asked = { keys: ROOT, service: 's3', method: 'GET', url: new URL(`${url}/healthz`) } as const
  while (Date.now() < deadline) {
    const answer = await askSigned(agent === undefined ? asked : { ...asked, agent }).catch(() => undefined)
    if (answer?.status === 200) return
    await delay(20)
  }
  throw new Error(`versitygw did not answer on ${url} within ${START_DEADLINE_MS} ms`)
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGKILL')
  await ended
}
