import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A hop between client and server on 127.0.0.1 that can cut connections and hold bytes back. */
export interface TcpProxy {
  readonly port: number
  /** Where new connections go. */
  aim(port: number): void
  /** Breaks every connection; new ones work. */
  cut(): void
  /** Breaks each connection after so many bytes from the server, until it is called with Infinity. */
  cutAfter(bytes: number): void
  /** Holds back what the server sends; false lets it flow again. */
  stall(stalled: boolean): void
  /** Connections that are open. */
  open(): number
  close(): Promise<void>
}

export async function startTcpProxy(): Promise<TcpProxy> {
  let target = 0
  let limit = Infinity
  let stalled = false
  const pairs = new Set<{ client: Socket; upstream: Socket }>()
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    const pair = { client, upstream }
    pairs.add(pair)
    let sent = 0
    const end = (): void => {
      pairs.delete(pair)
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      socket.on('error', end)
      socket.on('close', end)
    }
    client.on('data', (chunk) => upstream.write(chunk))
    upstream.on('data', (chunk) => {
      sent += chunk.length
      client.write(chunk)
      if (sent > limit) end()
    })
    if (stalled) upstream.pause()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const cut = (): void => {
    for (const { client, upstream } of pairs) {
      client.destroy()
      upstream.destroy()
    }
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    aim: (port) => (target = port),
    cut,
    cutAfter: (bytes) => (limit = bytes),
    stall(now) {
      stalled = now
      for (const { upstream } of pairs)
        if (now) upstream.pause()
        else upstream.resume()
    },
    open: () => pairs.size,
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
