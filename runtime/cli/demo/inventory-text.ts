import type { Device } from './inventory-fleet.ts'
import type { Random } from './random.ts'

/** Small enough to stay in the processor's cache; with a table of all four-digit texts an id takes twice as long. */
const HEX2 = Array.from({ length: 0x100 }, (_, value) => value.toString(16).padStart(2, '0'))
const HEX3 = Array.from({ length: 0x1000 }, (_, value) => value.toString(16).padStart(3, '0'))
const VARIANT = ['8', '9', 'a', 'b']
const MINUTES = Array.from({ length: 1440 }, (_, minute) => `T${two(Math.floor(minute / 60))}:${two(minute % 60)}:`)
const SECONDS = Array.from({ length: 60 }, (_, second) => `${two(second)}.`)
const MILLIS = Array.from({ length: 1000 }, (_, milli) => `${String(milli).padStart(3, '0')}Z`)
const TENTHS = Array.from({ length: 1001 }, (_, tenth) => `${Math.floor(tenth / 10)}.${tenth % 10}`)
const DAY_MS = 86_400_000
const dates = new Map<number, string>()

/** What changes from one report of a device to the next. Shares are in tenths of a percent, disk in tenths of a GB. */
export interface Report {
  readonly eventId: string
  readonly eventMs: number
  readonly cpu: number
  readonly memory: number
  readonly diskFree: number
}

/** The JSON text of a report, put together from parts because a serialiser would take most of the generator's time. */
export function inventoryText(device: Device, report: Report): string {
  const { eventId, eventMs, cpu, memory, diskFree } = report
  return `{"event_id":"${eventId}${device.head}${instantText(eventMs)}","cpu_pct":${TENTHS[cpu] ?? '0'},"memory_pct":${TENTHS[memory] ?? '0'},"disk":{"free_gb":${Math.floor(diskFree / 10)}.${diskFree % 10}${device.tail}`
}

/** An RFC 3339 text in UTC with milliseconds. */
export function instantText(ms: number): string {
  const day = Math.floor(ms / DAY_MS)
  const inDay = ms - day * DAY_MS
  let date = dates.get(day)
  if (date === undefined) {
    date = new Date(day * DAY_MS).toISOString().slice(0, 10)
    dates.set(day, date)
  }
  const minute = MINUTES[Math.floor(inDay / 60_000)] ?? ''
  return `${date}${minute}${SECONDS[Math.floor(inDay / 1000) % 60] ?? ''}${MILLIS[inDay % 1000] ?? ''}`
}

/** A version 4 UUID, unlike that of any other `number` below 2^32 under the same seed. */
export function eventId(number: number, seed: number, random: Random): string {
  const own = mix((number ^ seed) >>> 0)
  const [a, b, c] = [random.word(), random.word(), random.word()]
  const first = `${hex2(own >>> 24)}${hex2(own >>> 16)}${hex2(own >>> 8)}${hex2(own)}`
  const last = `${hex3(c >>> 20)}${hex3(c >>> 8)}${hex3(b)}${hex3(a ^ c)}`
  return `${first}-${hex2(a >>> 24)}${hex2(a >>> 16)}-4${hex3(a)}-${VARIANT[b >>> 30] ?? ''}${hex3(b >>> 12)}-${last}`
}

function hex2(value: number): string {
  return HEX2[value & 0xff] ?? ''
}

function hex3(value: number): string {
  return HEX3[value & 0xfff] ?? ''
}

/** A bijection of the 32-bit numbers: each step can be undone, so two numbers never meet. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
