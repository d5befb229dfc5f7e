import { readdirSync, readFileSync, statSync, writeFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { planTables, tableKey } from '#engine'
import type { OutgoingRecord } from '#stream'
import { compilePipeline, openBed, type Bed } from '../support/pipeline.ts'

// Each folder holds a pipeline with its files, `events.ndjson`, and under `expected/` the rows of every table.
// UPDATE_GOLDEN=1 writes what is found; read it as behaviour before committing it.
const FOLDER = path.join(import.meta.dirname, 'pipelines')
const cases = readdirSync(FOLDER).filter((name) => statSync(path.join(FOLDER, name)).isDirectory())

interface Event {
  readonly source: string
  readonly partition?: number
  /** Broker timestamp, ISO. */
  readonly at: string
  readonly key?: string
  /** The value: JSON, or text as it is. */
  readonly value?: unknown
  readonly text?: string
}

function readCase(name: string): { yaml: string; files: Record<string, string>; events: Event[] } {
  const folder = path.join(FOLDER, name)
  const files: Record<string, string> = {}
  for (const file of readdirSync(folder)) {
    if (statSync(path.join(folder, file)).isFile()) files[file] = readFileSync(path.join(folder, file), 'utf8')
  }
  const lines = (files['events.ndjson'] ?? '').split('\n').filter((line) => line.trim() !== '')
  return { yaml: files['pipeline.yaml'] ?? '', files, events: lines.map((line) => JSON.parse(line) as Event) }
}

function outgoing(event: Event): OutgoingRecord {
  const text = event.text ?? (event.value === undefined ? null : JSON.stringify(event.value))
  return {
    key: event.key === undefined ? null : Buffer.from(event.key),
    value: text === null ? null : Buffer.from(text),
    timestampMs: Date.parse(event.at),
    partition: event.partition ?? 0,
  }
}

async function filledBed(name: string): Promise<Bed> {
  const { yaml, files, events } = readCase(name)
  const bed = await openBed(compilePipeline(yaml, files))
  for (const event of events) await bed.send(event.source, [outgoing(event)])
  return bed
}

async function tables(bed: Bed): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const { identifier, columns } of planTables(bed.plan)) {
    if (identifier.layer === 'bronze') continue
    const kept = columns
      .map((column) => column.name)
      .filter((column) => !['kafka_value', 'kafka_key', 'kafka_headers', 'topic'].includes(column))
    found[tableKey(identifier)] = await bed.rows(tableKey(identifier), kept)
  }
  return found
}

function expected(name: string, found: Record<string, unknown>): Record<string, unknown> {
  const folder = path.join(FOLDER, name, 'expected')
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(folder, { recursive: true })
    for (const [table, rows] of Object.entries(found)) {
      const lines = (rows as unknown[]).map((row) => `  ${JSON.stringify(row)}`)
      writeFileSync(path.join(folder, `${table}.json`), `[\n${lines.join(',\n')}\n]\n`)
    }
  }
  const files = readdirSync(folder)
  return Object.fromEntries(
    files.map((file) => [
      path.basename(file, '.json'),
      JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as unknown,
    ]),
  )
}

describe.each(cases)('golden pipeline %s', (name) => {
  it('gives the expected rows: straight, in small batches, and stopped dead half way', async () => {
    const straight = await filledBed(name)
    await straight.run()
    const found = await tables(straight)
    expect(found).toEqual(expected(name, found))
    expect((await straight.audit(true)).closes).toBe(true)

    const cut = await filledBed(name)
    await cut.run({ batchRows: 2, checkpointEveryMs: 0 })
    expect(await tables(cut)).toEqual(found)

    const killed = await filledBed(name)
    let left = 3
    const crash = killed.run({
      batchRows: 3,
      checkpointEveryMs: 0,
      step: (step) => {
        if (step === 'checkpoint-created' && --left === 0) throw new Error('stopped dead')
      },
    })
    await crash.catch((error: unknown) => expect(String(error)).toContain('stopped dead'))
    await killed.run()
    expect(await tables(killed)).toEqual(found)
  }, 120_000)
})
