import { describe, expect, it, onTestFinished } from 'vitest'
import type { HealthReport } from '../../../runtime/cli/health/health.ts'
import { serveHealth } from '../../../runtime/cli/health/health-server.ts'

const REPORT: HealthReport = { ready: false, alive: true, stopping: false, instances: [] }

async function served(report: () => HealthReport) {
  const server = await serveHealth({ host: '127.0.0.1', port: 0 }, report)
  onTestFinished(() => server.close())
  return { server, get: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init) }
}

describe('serveHealth', () => {
  it('answers what the report says at the time, with the report', async () => {
    let report = REPORT
    const { get } = await served(() => report)
    const before = await get('/readyz')
    expect([before.status, await before.json()]).toEqual([503, REPORT])
    expect((await get('/healthz')).status).toBe(200)
    report = { ...REPORT, ready: true, alive: false }
    expect((await get('/readyz?verbose')).status).toBe(200)
    expect((await get('/healthz')).status).toBe(503)
  })

  it('knows two paths, and only reading', async () => {
    const { get } = await served(() => REPORT)
    const statuses = [
      get('/'),
      get('/metrics'),
      get('/readyz', { method: 'POST' }),
      get('/healthz', { method: 'HEAD' }),
    ]
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([404, 404, 405, 200])
  })

  it('says so when it cannot listen', async () => {
    const { server } = await served(() => REPORT)
    await expect(serveHealth({ host: '127.0.0.1', port: server.port }, () => REPORT)).rejects.toMatchObject({
      diagnostic: {
        code: 'cli/cannot-listen',
        message: `Nothing can listen at \`127.0.0.1:${server.port}\`: another process listens there`,
      },
    })
  })

  it('closes though a connection is open', async () => {
    const { server, get } = await served(() => REPORT)
    await get('/healthz')
    await server.close()
    await expect(get('/healthz')).rejects.toThrow()
  })
})
