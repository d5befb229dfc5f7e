import { createHash, createHmac } from 'node:crypto'
import { request as plain, type Agent, type IncomingMessage } from 'node:http'
import { request as secure } from 'node:https'

/** The keys of a user of the cloud. */
export interface AccessKeys {
  readonly access: string
  readonly secret: string
}

/** A request to a server that takes signatures of the cloud (version 4). */
export interface SignedRequest {
  readonly keys: AccessKeys
  readonly service: 's3' | 'iam'
  readonly method: string
  readonly url: URL
  readonly body?: string
  readonly type?: string
  /** Keeps connections, and says from where they come and who vouches for the server. */
  readonly agent?: Agent
}

/** Asks, and resolves to the status and the text of the answer. */
export async function askSigned(asked: SignedRequest): Promise<{ status: number; text: string }> {
  const { url, method, body = '', agent } = asked
  const send = url.protocol === 'https:' ? secure : plain
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    send(url, { method, headers: signed(asked), agent }, resolve)
      .once('error', reject)
      .end(body)
  })
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return { status: answer.statusCode ?? 0, text }
}

function signed({ keys, service, method, url, body = '', type }: SignedRequest): Record<string, string> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = [time.slice(0, 8), 'us-east-1', service, 'aws4_request']
  const digest = sha256(body)
  const headers = { host: url.host, 'x-amz-content-sha256': digest, 'x-amz-date': time }
  const names = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`)
  const query = url.search.slice(1).split('&').sort().join('&')
  const canonical = [method, url.pathname, query, ...lines, '', names, digest].join('\n')
  const signing = scope.reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${keys.secret}`)
  const signature = hmac(signing, ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n'))
  return {
    ...headers,
    ...(type === undefined ? {} : { 'content-type': type }),
    'content-length': String(Buffer.byteLength(body)),
    authorization: `AWS4-HMAC-SHA256 Credential=${keys.access}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature.toString('hex')}`,
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
