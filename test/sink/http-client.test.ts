import { describe, expect, it } from 'vitest'
import { openHttpClient } from '#sink'
import { startReceiver } from './receiver.ts'

const request = (body: string, signal = new AbortController().signal) =>
  ({ method: 'POST', headers: { 'content-type': 'text/plain' }, body, redirect: 'manual', signal }) as const

describe('openHttpClient', () => {
  it('sends one post after the other on one connection, bytes as they are', async () => {
    const { url, received, connections } = await startReceiver((_, number) => ({ status: 200, body: `ü${number}` }))
    const fetch = openHttpClient()
    const texts: string[] = []
    for (const body of ['{"a":"ü"}', '', 'x'.repeat(300_000)]) {
      const response = await fetch(`${url}/hook?token=x`, request(body))
      texts.push(await response.text())
      expect(response.headers.get('retry-after')).toBeNull()
    }
    expect(texts).toEqual(['ü0', 'ü1', 'ü2'])
    expect(received.map(({ url, body }) => [url, body.length])).toEqual([
      ['/hook?token=x', 9],
      ['/hook?token=x', 0],
      ['/hook?token=x', 300_000],
    ])
    expect(received[0]?.headers['content-length']).toBe('10')
    expect(connections()).toBe(1)
  })

  it('takes a new connection when the receiver closed the one before', async () => {
    const { url, connections } = await startReceiver(() => ({ status: 204, headers: { connection: 'close' } }))
    const fetch = openHttpClient()
    for (const body of ['1', '2']) expect(await (await fetch(url, request(body))).text()).toBe('')
    expect(connections()).toBe(2)
  })

  it('ends with the reason of the signal, before an answer and within one', async () => {
    const stopped = AbortSignal.abort(new DOMException('late', 'TimeoutError'))
    await expect(openHttpClient()('http://127.0.0.1:9', request('', stopped))).rejects.toThrow('late')
    const stop = new AbortController()
    const { url } = await startReceiver(() => {
      stop.abort(new DOMException('too slow', 'TimeoutError'))
      return { status: 200, body: 'x' }
    })
    await expect(
      openHttpClient()(url, request('x', stop.signal)).then((response) => response.text()),
    ).rejects.toMatchObject({ name: 'TimeoutError', message: 'too slow' })
  })

  it('rejects with the code of the system when nobody listens', async () => {
    await expect(openHttpClient()('http://127.0.0.1:9', request('x'))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
