import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openCheck, type PipelineCheck } from '#tenant'
import { checkPipelines, checkShare, type Found, type SharedCheck } from '../../../runtime/cli/check/share-check.ts'
import { projectFiles } from '../../../runtime/cli/project.ts'
import { files, processHost } from '../../../runtime/cli/process-host.ts'
import { bufferHost, PACKAGE_FOLDER, smelt } from '../support/buffer-host.ts'
import { write } from '../support/project.ts'

const PIPELINES = 220
const contract =
  '{ "type": "object", "required": ["at"], "properties": { "at": { "type": "string", "format": "date-time" } } }'

/** A project that is worth a second thread: many small pipelines, every tenth of them wrong in its own way, and one without a contract that can be read. */
function largeProject(): string {
  const names = Array.from({ length: PIPELINES }, (_, at) => `p-${at}`)
  const text = (name: string, at: number): string =>
    `smelt: 1\nname: ${name}\nsources: { s_${at}: { topic: t, contract: c.json, event_time: at } }\n` +
    `silver: { t_${at}: { from: s_${at}, where: ${at % 10 === 0 ? `ta = ${at}` : 'at is not null'} } }\n`
  const folder = mkdtempSync(path.join(tmpdir(), 'smelt-check-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  write(folder, {
    'smelt.yaml':
      'smelt: 1\ndefault_environment: e\nenvironments: { e: { broker: { topic_log: t }, lake: { folder: l } } }\n',
    'tenants/acme.yaml': `smelt: 1\npipelines:\n${names.map((name) => `  ${name}:\n`).join('')}`,
    ...Object.fromEntries(names.map((name, at) => [`pipelines/${name}/pipeline.yaml`, text(name, at)])),
    ...Object.fromEntries(names.map((name, at) => [`pipelines/${name}/c.json${at === 5 ? '/x' : ''}`, contract])),
  })
  return folder
}

const root = largeProject()
const env = (): undefined => undefined
const { tasks, secretPrefixes } = openCheck(projectFiles({ files }, root), { env })
const alone = checkPipelines(bufferHost({ cores: 1 }), root, { tasks, secretPrefixes })

/** The check with `inThread` in place of a thread, which must be started once. */
async function withThread(inThread: (share: SharedCheck) => unknown): Promise<PipelineCheck[]> {
  const asked: string[] = []
  const found = await checkPipelines(
    bufferHost({
      cores: 2,
      inThread: (module, data) => {
        asked.push(module)
        return Promise.resolve(structuredClone(inThread(structuredClone(data) as SharedCheck)))
      },
    }),
    root,
    { tasks, secretPrefixes },
  )
  expect(asked).toEqual(['cli/check/check-thread'])
  return found
}

describe('a check in several threads', () => {
  it('finds what one thread finds, in the same order', async () => {
    const theirs = (share: SharedCheck): unknown => checkShare(share, projectFiles({ files }, share.root), env)
    expect(await withThread(theirs)).toEqual(await alone)
  })

  it('does what another thread took and did not do', async () => {
    const fail = ({ taken }: SharedCheck): undefined => void Atomics.add(taken, 0, 100)
    expect(await withThread(fail)).toEqual(await alone)
  })

  it('has a real thread that does its share', async () => {
    const taken = new Int32Array(new SharedArrayBuffer(4))
    const found = await processHost().inThread('cli/check/check-thread', { root, tasks, secretPrefixes, taken })
    expect((found as Found).map(([, check]) => check)).toEqual(await alone)
    expect(await processHost().inThread('cli/check/check-thread', { root })).toBeUndefined()
  })

  it('starts none for a small project, nor on a machine with one core', async () => {
    const none = { inThread: () => Promise.reject(new Error('a thread was started')) }
    expect(
      await checkPipelines(bufferHost({ cores: 8, ...none }), root, { tasks: tasks.slice(0, 50), secretPrefixes }),
    ).toHaveLength(50)
    expect(await checkPipelines(bufferHost({ cores: 1, ...none }), root, { tasks, secretPrefixes })).toHaveLength(
      PIPELINES,
    )
  })

  it('prints the same from the real threads as from one', async () => {
    const one = await smelt(['check', '--json'], { folder: root, cores: 1 })
    const launcher = path.join(PACKAGE_FOLDER, 'bin', 'smelt.cjs')
    const real = spawnSync(process.execPath, [launcher, 'check', '--json'], { cwd: root, encoding: 'utf8' })
    expect(one.code).toBe(1)
    expect(JSON.parse(one.out)).toMatchObject({ counts: { error: PIPELINES / 10 + 1 } })
    expect({ code: real.status, out: real.stdout }).toEqual({ code: one.code, out: one.out })
  })
})
