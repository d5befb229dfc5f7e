import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './versitygw.ts'

/** A busy machine takes its time. */
const START_DEADLINE_MS = 150_000

/** Starts OpenSearch from `folder` (part `opensearch`) on free ports of 127.0.0.1, its data in a folder of its own. */
export async function startOpenSearch(folder: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const home = await mkdtemp(path.join(tmpdir(), 'smelt-search-'))
  for (const name of ['config', 'modules', 'plugins']) await mkdir(path.join(home, name))
  const [http, transport] = [await freePort(), await freePort()]
  const classes = [path.join(folder, 'classes'), path.join(folder, 'lib', '*')].join(path.delimiter)
  const flags = ['-Xmx512m', '-XX:TieredStopAtLevel=1']
  const args = [...flags, '-cp', classes, 'Main', home, String(http), String(transport)]
  const child = spawn('java', args, { cwd: home, stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.once('error', () => undefined)
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    await rm(home, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${http}`
  const deadline = Date.now() + START_DEADLINE_MS
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/_cluster/health?wait_for_status=yellow`).catch(() => undefined)
    if (answer?.ok === true) return { url, stop }
    await delay(100)
  }
  await stop()
  throw new Error(`OpenSearch did not answer on ${url} within ${START_DEADLINE_MS} ms`)
}
