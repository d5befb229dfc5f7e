import type { crc32c as nativeCrc32c } from '@node-rs/crc32'

// The native form (hardware instruction) is six times as fast; the tables below serve where it has no build.
const native: typeof nativeCrc32c | undefined = await import('@node-rs/crc32').then(
  (loaded) => loaded.crc32c,
  () => undefined,
)

const SLICES = 8
const tables = makeTables()

/** CRC-32C (Castagnoli) of `bytes` as an unsigned 32-bit number. */
export const crc32c: (bytes: Buffer) => number = native ? (bytes) => native(bytes) : tableCrc32c

/** The portable form, eight bytes a step. */
export function tableCrc32c(bytes: Buffer): number {
  const whole = bytes.length - (bytes.length % SLICES)
  let crc = -1
  let at = 0
  for (; at < whole; at += SLICES) {
    const low = crc ^ bytes.readInt32LE(at)
    const high = bytes.readInt32LE(at + 4)
    crc =
      slice(7, low & 255) ^
      slice(6, (low >>> 8) & 255) ^
      slice(5, (low >>> 16) & 255) ^
      slice(4, low >>> 24) ^
      slice(3, high & 255) ^
      slice(2, (high >>> 8) & 255) ^
      slice(1, (high >>> 16) & 255) ^
      slice(0, high >>> 24)
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ slice(0, (crc ^ (bytes[at] ?? 0)) & 255)
  return ~crc >>> 0
}

function slice(table: number, byte: number): number {
  return tables[table * 256 + byte] ?? 0
}

function makeTables(): Int32Array {
  const table = new Int32Array(SLICES * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
    table[byte] = crc
  }
  for (let at = 256; at < table.length; at++) {
    const before = table[at - 256] ?? 0
    table[at] = (before >>> 8) ^ (table[before & 255] ?? 0)
  }
  return table
}
