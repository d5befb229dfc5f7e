import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { smelt } from '../support/buffer-host.ts'
import { temporaryFolder, write } from '../support/project.ts'

const SMELT = `smelt: 1
default_environment: local
environments:
  local:
    broker: { topic_log: .smelt/topics }
    lake: { folder: .smelt/lake }
    secrets: { folder: .smelt/secrets }
`
const TENANT = 'smelt: 1 # ours\npipelines:\n  first: # the first\n'
const FIRST = 'smelt: 1\nname: first\nsources: { s: { topic: t, contract: c.json, event_time: kafka_timestamp } }\n'
const EVENTS = Array.from({ length: 40 }, (_, n) =>
  JSON.stringify({ id: n, at: `2026-01-01T00:00:${String(n).padStart(2, '0')}Z`, email: `p${n}@example.com` }),
).join('\n')

function project(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = temporaryFolder()
  const first = { 'pipelines/first/pipeline.yaml': FIRST, 'pipelines/first/c.json': '{"type":"object"}' }
  write(folder, { 'smelt.yaml': SMELT, 'tenants/acme.yaml': TENANT, ...first, 'events.ndjson': EVENTS, ...files })
  return folder
}

const read = (folder: string, file: string): string => readFileSync(path.join(folder, file), 'utf8')

describe('smelt new pipeline', () => {
  it('writes a pipeline that passes check, gives it to the only tenant, and says what to type next', async () => {
    const folder = project()
    const { code, out, err } = await smelt(['new', 'pipeline', '--from', 'events.ndjson'], { folder })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('read 40 records of events.ndjson (JSON lines)')
    expect(out).toContain('event time: at: every text is an RFC 3339 time with a zone')
    expect(out).toContain('smelt produce acme.events --file events.ndjson --key id')
    expect(read(folder, 'tenants/acme.yaml')).toBe(
      'smelt: 1 # ours\npii_key: ${secrets.ACME_PII_KEY}\npipelines:\n  first: # the first\n  events:\n',
    )
    const key = '.smelt/secrets/ACME_PII_KEY'
    expect(read(folder, key)).toMatch(/^[0-9a-f]{64}\n$/)
    expect(statSync(path.join(folder, key)).mode & 0o077).toBe(0)
    const checked = await smelt(['check'], { folder })
    expect(checked).toMatchObject({ code: 0, err: '' })
    expect(checked.out).toMatch(/checked 2 pipelines and 2 instances: no errors/)
  })

  it('reads gzip and standard input, and keeps their records where produce can take them', async () => {
    const folder = project({ 'events.ndjson.gz': gzipSync(EVENTS), 'broken.gz': gzipSync(EVENTS).subarray(0, 60) })
    const packed = await smelt(['new', 'pipeline', '--from', 'events.ndjson.gz', '--json'], { folder })
    expect(JSON.parse(packed.out)).toMatchObject({
      pipeline: 'events',
      sample: { records: 40 },
      event_time: { expression: 'at' },
      key: 'id',
    })
    expect(read(folder, '.smelt/samples/events.ndjson')).toBe(`${EVENTS}\n`)
    const piped = await smelt(['new', 'pipeline', 'piped', '--from', '-'], { folder, stdin: Readable.from([EVENTS]) })
    expect(piped.code).toBe(0)
    const broken = await smelt(['new', 'pipeline', 'x', '--from', 'broken.gz'], { folder })
    expect(broken.err).toContain('error[cli/unreadable-file]')
    expect((await smelt(['check'], { folder })).code).toBe(0)
  })

  it('goes on with a few broken lines and tells them, and refuses a file of which most is broken', async () => {
    const folder = project({
      'few.ndjson': `${EVENTS}\n{"id":\n`,
      'most.ndjson': '{"a":1}\n{\n{\n',
      'empty.ndjson': '',
      'none.csv': 'a,b\n',
    })
    const few = await smelt(['new', 'pipeline', '--from', 'few.ndjson'], { folder })
    expect(few.out).toContain(
      '1 record could not be used and would go to quarantine (line 41); line 41: it is not JSON',
    )
    for (const [file, detail] of [
      ['most.ndjson', 'less than half of its records can be used; line 2: it is not JSON'],
      ['empty.ndjson', 'it holds nothing'],
      ['none.csv', 'it has no record'],
    ] as const) {
      const { code, err } = await smelt(['new', 'pipeline', 'x', '--from', file], { folder })
      expect(err).toContain(`error[cli/unusable-sample]: No pipeline can be proposed from \`${file}\`: ${detail}`)
      expect(code).toBe(1)
    }
    expect(existsSync(path.join(folder, 'pipelines/x'))).toBe(false)
  })

  it('overwrites nothing', async () => {
    const folder = project()
    const { code, err } = await smelt(['new', 'pipeline', 'first', '--from', 'events.ndjson'], { folder })
    expect(code).toBe(1)
    expect(err).toContain('error[cli/already-there]')
    expect(read(folder, 'pipelines/first/pipeline.yaml')).toBe(FIRST)
    expect(read(folder, 'tenants/acme.yaml')).toBe(TENANT)
  })

  it('writes nothing when an expression of the author is wrong, and shows where', async () => {
    const folder = project()
    const args = ['new', 'pipeline', '--from', 'events.ndjson', '--event-time', "att - interval '1' hour"]
    const { code, err } = await smelt(args, { folder })
    expect(code).toBe(1)
    expect(err).toContain('error[plan/unknown-column]: No column `att` is in scope')
    expect(err).toContain("event_time: att - interval '1' hour")
    expect(existsSync(path.join(folder, 'pipelines/events'))).toBe(false)
    expect(read(folder, 'tenants/acme.yaml')).toBe(TENANT)
  })

  it.each([
    [['new', 'pipelin', '--from', 'events.ndjson'], 'There is no `smelt new pipelin`; did you mean `pipeline`?'],
    [['new', 'pipeline', 'Bad_Name', '--from', 'events.ndjson'], '`Bad_Name` is no name of a pipeline'],
    [['new', 'pipeline', '--from', '-'], 'A pipeline from standard input needs a name'],
    [
      ['new', 'pipeline', '--from', 'events.ndjson', '--key', 'idd'],
      '`--key`: the sample has no field `idd`; did you mean `id`?',
    ],
    [['new', 'pipeline', '--from', 'events.ndjson', '--tenant', 'A!'], '`A!` cannot be the key of a tenant'],
    [['new', 'pipeline', '--from', 'events.ndjson', '--topic', 'no topic'], 'no topic'],
  ])('%j is wrong usage', async (args, says) => {
    const folder = project()
    const { code, err } = await smelt(args, { folder })
    expect([1, 2]).toContain(code)
    expect(err).toContain(says)
    expect(existsSync(path.join(folder, 'pipelines/events'))).toBe(false)
  })

  it('makes a tenant that is not there, and leaves all alone when told to or when there are several', async () => {
    const folder = project()
    const made = await smelt(['new', 'pipeline', '--from', 'events.ndjson', '--tenant', 'north-sea'], { folder })
    expect(made.out).toContain('wrote tenants/north-sea.yaml')
    expect(made.out).toContain('"north-sea".gold.events_')
    expect(read(folder, 'tenants/acme.yaml')).toBe(TENANT)
    const none = await smelt(['new', 'pipeline', 'other', '--from', 'events.ndjson'], { folder })
    expect(none.out).toContain('no tenant runs it yet: add `other:` under `pipelines`')
    expect((await smelt(['check'], { folder })).code).toBe(0)
  })
})
