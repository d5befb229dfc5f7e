import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startOpenSearch } from '../support/opensearch.ts'
import { describeWithParts } from '../support/parts.ts'
import { temporaryFolder } from '../support/pipeline.ts'
import { fillTopic, openProcessBed, STRAIGHT, type ProcessBed, type RunningGroup } from '../support/process-bed.ts'

type Ended = Awaited<RunningGroup['ended']>

const RECORDS = 12_000
const INDEX = 'acme.compliance'
const ID = ['window_start', 'org', 'os']

describeWithParts(['opensearch'], 'a pipeline from its file to a search engine', ({ opensearch = '' }) => {
  let server: Awaited<ReturnType<typeof startOpenSearch>>
  beforeAll(async () => void (server = await startOpenSearch(opensearch)))
  afterAll(() => server.stop())

  /** The documents that are there now; none while there is no index. */
  async function documents(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    await fetch(`${server.url}/${INDEX}/_refresh`, { method: 'POST' })
    const answer = await fetch(`${server.url}/${INDEX}/_search?size=10000`)
    if (!answer.ok) return []
    const { hits } = (await answer.json()) as { hits: { hits: { _source: Record<string, unknown> }[] } }
    return hits.hits.map((hit) => hit._source)
  }

  it('puts each row of a gold table into the index once, whenever it is killed', async () => {
    const broker = { kind: 'topic-log', path: path.join(await temporaryFolder(), 'topics') } as const
    await fillTopic(broker, RECORDS)
    const bed = await openProcessBed({ broker, lake: { kind: 'folder' } })
    await sendTo(bed, server.url)

    const running = bed.start()
    const over: Ended[] = []
    void running.ended.then((ended) => over.push(ended))
    while ((await documents()).length === 0) for (const { output } of over) expect.fail(output)
    running.kill()
    await running.ended
    const early = (await documents()).length
    const last = await bed.start(['--until-end', '--env', STRAIGHT]).ended
    expect(last.code, last.output).toBe(0)

    const query = await bed.smelt(['query', 'select * from acme.gold.fleet_health', '--json'])
    expect(query.code, query.output).toBe(0)
    const rows = JSON.parse(query.output) as Record<string, unknown>[]
    const found = await documents()
    expect(early).toBeLessThan(rows.length)
    const smelt = { tenant: 'acme', pipeline: 'inventory-compliance', table: 'fleet_health' }
    expect(sorted(found)).toEqual(sorted(rows.map((row) => ({ ...row, smelt }))))
    expect(new Set(found.map((each) => JSON.stringify(ID.map((name) => each[name])))).size).toBe(rows.length)
    const audit = await bed.smelt(['audit', 'acme/inventory-compliance', '--deep'])
    expect(audit.code, audit.output).toBe(0)
  }, 300_000)
})

/** Lets the gold table of windows tell the search engine of the shipped pipeline each of its rows. */
async function sendTo(bed: ProcessBed, url: string): Promise<void> {
  const file = path.join(bed.folder, 'pipelines/inventory-compliance/pipeline.yaml')
  const text = await readFile(file, 'utf8')
  const alert = `    alert: { id: [${ID.join(', ')}], to: [search] }\n`
  await writeFile(path.join(bed.folder, 'secrets', 'SEARCH_URL'), url)
  await writeFile(file, text.replace('    measures:\n', `${alert}    measures:\n`))
}

/** Rows and documents in one form and order: times as instants, numbers as they are. */
function sorted(rows: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  const instant = (value: unknown): unknown =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]/.test(value)
      ? Date.parse(value.replace(' ', 'T').replace(/Z?$/, 'Z'))
      : value
  return rows
    .map((row) =>
      Object.fromEntries(
        Object.entries(row)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, value]) => [name, instant(value)]),
      ),
    )
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
