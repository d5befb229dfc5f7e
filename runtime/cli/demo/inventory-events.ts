import { smeltError } from '#diagnostics'
import type { OutgoingRecord } from '#stream'
import { BAD_KINDS, type BadKind } from './bad-inventory.ts'
import { createFleet, UNKNOWN_TO_CATALOG, type Device } from './inventory-fleet.ts'
import { eventId, inventoryText } from './inventory-text.ts'
import { followInventory, type InventoryTruth } from './inventory-truth.ts'
import type { RuleVersion } from './policy-rules.ts'
import { createRandom, type Random } from './random.ts'

export interface InventoryOptions {
  /** A 32-bit integer. The same options give the same bytes. */
  readonly seed: number
  readonly records: number
  /** Computers that report. Default 4000. */
  readonly devices?: number
  /** Names of the parts of the tenant; plain ASCII without quotes. */
  readonly orgs?: readonly string[]
  /** The policy rules that its computers are held to, all known before the first report. Default none. */
  readonly rules?: readonly RuleVersion[]
  /** Domain of the users' e-mail addresses. Default `example.com`. */
  readonly domain?: string
  /** Topic partitions. Default 4. */
  readonly partitions?: number
  /** When the last record arrives, in Unix milliseconds. Default: the last midnight in UTC, so that a day long runs are alike. */
  readonly endMs?: number
  /** Milliseconds from the first arrival to the last. Default 24 hours. */
  readonly spanMs?: number
  /** Share of records that are bad, in every way of BAD_KINDS alike. Default 0.02. */
  readonly badShare?: number
  /** Share of records that are sent again some minutes later. Default 0.01. */
  readonly copyShare?: number
  /** Share of reports held back for minutes to hours, most of which come too late for their window. Default 0.005. */
  readonly lateShare?: number
  /** Records per batch. Default 5000. It changes no record. */
  readonly batchRecords?: number
}

export type InventoryRecord = OutgoingRecord & { readonly timestampMs: number; readonly partition: number }

export interface InventoryEvents {
  /** The records in arrival order, once. Batches own their memory. */
  readonly batches: Iterable<readonly InventoryRecord[]>
  /** What the pipeline must make of them. Throws internal/bug before the last batch was taken. */
  truth(): InventoryTruth
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const ORGS = ['engineering', 'finance', 'legal', 'marketing', 'operations', 'research', 'sales', 'support']

/**
 * Generates reports as computers send them over a day: in arrival order, seconds to minutes after they were taken, some
 * twice, some hours late, some bad. They belong to `pipelines/inventory-compliance`, and so does the truth.
 */
export function generateInventory(options: InventoryOptions): InventoryEvents {
  const follow = followInventory(options.rules)
  let done = false
  const batches = function* (): Generator<readonly InventoryRecord[]> {
    const size = options.batchRecords ?? 5000
    let batch: InventoryRecord[] = []
    for (const { record, observed } of reports(options)) {
      follow.observe(observed)
      batch.push(record)
      if (batch.length < size) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
    done = true
  }
  return {
    batches: batches(),
    truth() {
      if (!done) throw smeltError('internal/bug', { detail: 'the truth was asked for before all records were taken' })
      return follow.truth()
    },
  }
}

interface Generated {
  readonly record: InventoryRecord
  readonly observed: Parameters<ReturnType<typeof followInventory>['observe']>[0]
}

function* reports(options: InventoryOptions): Generator<Generated> {
  const { records, badShare = 0.02, copyShare = 0.01, lateShare = 0.005, spanMs = DAY_MS, orgs = ORGS } = options
  const random = createRandom(options.seed)
  const fleet = createFleet(random, {
    devices: options.devices ?? 4000,
    orgs,
    domain: options.domain ?? 'example.com',
    partitions: options.partitions ?? 4,
  })
  const startMs = (options.endMs ?? Math.floor(Date.now() / DAY_MS) * DAY_MS) - spanMs
  const copies = new Map<number, Generated>()
  let bad = random.below(BAD_KINDS.length)
  for (let index = 0; index < records; index++) {
    const arrivalMs = startMs + Math.floor((index * spanMs) / records)
    const copied = copies.get(index)
    if (copied !== undefined) {
      copies.delete(index)
      yield copyOf(copied, arrivalMs)
      continue
    }
    const draw = random.unit()
    const kind = draw < badShare ? BAD_KINDS[bad++ % BAD_KINDS.length] : undefined
    const late = kind === undefined && draw < badShare + lateShare
    const generated = report({ index, arrivalMs, kind, late, fleet, orgs, random, seed: options.seed })
    if (kind === undefined && !late && random.unit() < copyShare) {
      const afterMs = MINUTE_MS + random.below(10 * MINUTE_MS)
      scheduleCopy(copies, index + Math.max(1, Math.round((afterMs * records) / spanMs)), generated)
    }
    yield generated
  }
}

function scheduleCopy(copies: Map<number, Generated>, at: number, generated: Generated): void {
  let free = at
  while (copies.has(free)) free += 1
  copies.set(free, generated)
}

function copyOf({ record, observed }: Generated, arrivalMs: number): Generated {
  return { record: { ...record, timestampMs: arrivalMs }, observed: { ...observed, arrivalMs, kind: 'copy' } }
}

interface ReportContext {
  readonly index: number
  readonly arrivalMs: number
  readonly kind: BadKind | undefined
  readonly late: boolean
  readonly fleet: readonly Device[]
  readonly orgs: readonly string[]
  readonly random: Random
  readonly seed: number
}

function report(context: ReportContext): Generated {
  const { index, arrivalMs, kind, late, fleet, random } = context
  const device = fleet[random.below(fleet.length)]
  if (device === undefined) throw smeltError('internal/bug', { detail: 'a fleet without devices cannot report' })
  const eventMs = arrivalMs + (kind?.shiftMs?.(random) ?? -delayMs(late, random))
  const taken = {
    eventId: eventId(index, context.seed, random),
    eventMs,
    cpu: load(device, eventMs, random),
    memory: 200 + Math.floor(random.unit() * (300 + device.workLoad / 2)),
    diskFree: Math.floor(device.diskFree * (0.9 + 0.1 * random.unit())),
  }
  const text = inventoryText(device, taken)
  const value = kind?.spoil === undefined ? Buffer.from(text) : kind.spoil(text, random)
  return {
    record: { key: device.key, value, timestampMs: arrivalMs, partition: device.partition },
    observed: {
      partition: device.partition,
      arrivalMs,
      eventMs,
      event: index,
      device: device.index,
      deviceId: device.id,
      org: device.org,
      orgName: context.orgs[device.org] ?? '',
      os: device.os,
      diskFreePct: (100 * (taken.diskFree / 10)) / device.diskTotalGb,
      encrypted: device.encrypted,
      catalogued: device.os !== UNKNOWN_TO_CATALOG,
      code: kind?.spoil === undefined ? undefined : kind.code,
      kind: kind?.name ?? (late ? 'held back' : 'good'),
    },
  }
}

/** Most reports arrive within seconds, some within minutes and so out of order; some were held back. */
function delayMs(late: boolean, random: Random): number {
  if (late && random.unit() < 0.1) return 4 * MINUTE_MS + random.below(10 * MINUTE_MS)
  if (late) return 70 * MINUTE_MS + random.below(5 * HOUR_MS)
  return random.unit() < 0.9 ? 200 + random.below(20_000) : random.below(4 * MINUTE_MS)
}

/** Load in tenths of a percent: a working day's hump over the idle load, with noise. */
function load(device: Device, eventMs: number, random: Random): number {
  const hour = (eventMs % DAY_MS) / HOUR_MS
  const hump = hour > 6 && hour < 20 ? Math.sin(((hour - 6) / 14) * Math.PI) : 0
  const tenths = device.idleLoad + device.workLoad * hump * (0.5 + random.unit()) + random.below(80)
  return Math.min(1000, Math.floor(tenths))
}
