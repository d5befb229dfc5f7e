import { createServer, type IncomingHttpHeaders } from 'node:http'
import { onTestFinished } from 'vitest'
import type { Alert } from '#sink'

/** A request as the receiver saw it. */
export interface Received {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A real HTTP server on this machine; `reply` says what it answers to the n-th request, or nothing: it hangs up. */
export async function startReceiver(reply: (request: Received, number: number) => Reply | undefined) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const each = { url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() }
      const answer = reply(each, received.push(each) - 1)
      if (answer === undefined) request.socket.destroy()
      else response.writeHead(answer.status, answer.headers).end(answer.body)
    })
  })
  let connections = 0
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  onTestFinished(() => server.closeAllConnections())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, received, connections: () => connections }
}

export function alertNumber(number: number, row: Record<string, unknown> = {}): Alert {
  const id = `alert-${number}`
  const whole = { device_id: `LT-${number}`, ...row }
  return { id, tenant: 'acme', pipeline: 'p', table: 'violations', key: [number], row: whole, checkpoint: number }
}
