import { createServer, type Server } from 'node:http'
import { smeltError } from '#diagnostics'
import type { HealthReport } from './health.ts'
import type { HealthAddress } from './health-address.ts'

/** What answers probes. */
export interface HealthServer {
  /** Where it listens: the port is the one that was given out when 0 was asked for. */
  readonly port: number
  close(): Promise<void>
}

/**
 * Answers `GET /readyz` and `GET /healthz` with 200 or 503, and the report as JSON. Throws cli/cannot-listen. Its connections
 * hold nothing open.
 */
export async function serveHealth(address: HealthAddress, report: () => HealthReport): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?', 1)
    const found = report()
    const fine = path === '/readyz' ? found.ready : path === '/healthz' ? found.alive : undefined
    const reads = request.method === 'GET' || request.method === 'HEAD'
    const status = fine === undefined ? 404 : !reads ? 405 : fine ? 200 : 503
    const body = status === 200 || status === 503 ? `${JSON.stringify(found)}\n` : ''
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' })
    response.end(request.method === 'HEAD' ? '' : body)
  })
  const port = await listening(server, address)
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listening(server: Server, address: HealthAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const { host = '*', port } = address
      const detail = error.code === 'EADDRINUSE' ? 'another process listens there' : error.message
      reject(smeltError('cli/cannot-listen', { address: `${host}:${port}`, detail }, { cause: error }))
    })
    server.listen(address, () => {
      const bound = server.address()
      resolve(typeof bound === 'object' && bound !== null ? bound.port : address.port)
    })
  })
}
