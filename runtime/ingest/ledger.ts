import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { packPositions, unpackPositions, type Placement, type Positions } from './placement.ts'
import type { RequestKey } from './request-key.ts'

/** A request that was answered, or whose records were found in the topic. */
export interface LedgerEntry extends RequestKey {
  readonly atMs: number
  readonly positions: Positions
}

export interface LedgerOptions {
  readonly file: string
  /** The id of the topic that the offsets belong to; with another one nothing that was noted holds. */
  readonly topicId: string
  readonly clock: () => number
  readonly keyWindowMs: number
  readonly keyWindowBytes: number
}

/** Up to where all marked records of a topic partition are in the ledger. */
export type Marks = ReadonlyMap<number, bigint>

/**
 * Which requests with an idempotency key were stored where: a file of lines for one topic, written by one process. An entry
 * counts once `put` has resolved. What a crash leaves between topic and ledger lies behind the marks and is found there.
 */
export interface Ledger {
  /** Undefined when the ledger is new: nothing was noted before. */
  readonly marks: Marks | undefined
  find(key: string): LedgerEntry | undefined
  /** Notes entries and marks, and resolves when they are on the disk. */
  put(entries: readonly LedgerEntry[], marks: Marks): Promise<void>
  close(): Promise<void>
}

interface Line {
  readonly k: string
  readonly b: string
  readonly t: number
  readonly p: string
  readonly r: Placement['runs']
}

/** A file may hold this much that is of no use any more before it is written anew. */
const SLACK_BYTES = 1 << 20

/** Opens the ledger of a topic. A line that a crash cut off is dropped: its request was not answered. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  await mkdir(path.dirname(options.file), { recursive: true })
  const ledger = new LedgerFile(options)
  await ledger.read()
  return ledger
}

class LedgerFile implements Ledger {
  readonly #options: LedgerOptions
  /** Lines by key, the oldest first. */
  readonly #lines = new Map<string, { readonly text: string; readonly atMs: number }>()
  #marks: Map<number, bigint> | undefined
  #liveBytes = 0
  #fileBytes = 0
  #handle: FileHandle | undefined

  constructor(options: LedgerOptions) {
    this.#options = options
  }

  get marks(): Marks | undefined {
    return this.#marks
  }

  async read(): Promise<void> {
    const [head, ...lines] = (await readText(this.#options.file)).split('\n')
    // The last piece is empty, or was cut off by a crash.
    if (head === this.#head()) for (const text of lines.slice(0, -1)) this.#take(text)
    this.#forget()
    await this.#rewrite()
  }

  find(key: string): LedgerEntry | undefined {
    const line = this.#lines.get(key)
    if (line === undefined || this.#isOld(line)) return undefined
    const { k, b, t, p, r } = JSON.parse(line.text) as Line
    return { key: k, body: b, atMs: t, positions: unpackPositions({ partitions: p, runs: r }) }
  }

  async put(entries: readonly LedgerEntry[], marks: Marks): Promise<void> {
    const texts = [...entries.map(lineOf), markLine(marks)]
    for (const text of texts) this.#take(text)
    this.#forget()
    if (this.#handle === undefined || this.#fileBytes > 2 * this.#liveBytes + SLACK_BYTES) {
      await this.#rewrite()
      return
    }
    const bytes = Buffer.from(`${texts.join('\n')}\n`)
    await this.#handle.appendFile(bytes)
    await this.#handle.datasync()
    this.#fileBytes += bytes.length
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = undefined
  }

  #head(): string {
    return JSON.stringify({ format: 1, topic: this.#options.topicId })
  }

  /** A line that is none can only be the work of somebody else: it says nothing. */
  #take(text: string): void {
    const value = parsed(text)
    if (isMarkLine(value)) this.#marks = new Map(value.m.map(([partition, offset]) => [partition, BigInt(offset)]))
    if (!isLine(value)) return
    this.#drop(value.k)
    this.#lines.set(value.k, { text, atMs: value.t })
    this.#liveBytes += text.length + 1
  }

  #drop(key: string): void {
    const line = this.#lines.get(key)
    if (line === undefined) return
    this.#lines.delete(key)
    this.#liveBytes -= line.text.length + 1
  }

  #isOld({ atMs }: { readonly atMs: number }): boolean {
    return atMs <= this.#options.clock() - this.#options.keyWindowMs
  }

  #forget(): void {
    for (const [key, line] of this.#lines) {
      if (!this.#isOld(line) && this.#liveBytes <= this.#options.keyWindowBytes) return
      this.#drop(key)
    }
  }

  /** Beside it and swapped: a crash leaves the file as it was or as it is to be. */
  async #rewrite(): Promise<void> {
    await this.close()
    const { file } = this.#options
    const lines = [this.#head(), ...[...this.#lines.values()].map(({ text }) => text)]
    if (this.#marks !== undefined) lines.push(markLine(this.#marks))
    const bytes = Buffer.from(`${lines.join('\n')}\n`)
    const draft = `${file}.new`
    await rm(draft, { force: true })
    const handle = await open(draft, 'ax')
    try {
      await handle.appendFile(bytes)
      await handle.sync()
      await rename(draft, file)
      await syncFolder(path.dirname(file))
    } catch (error) {
      await handle.close()
      throw error
    }
    this.#handle = handle
    this.#fileBytes = bytes.length
  }
}

function lineOf({ key, body, atMs, positions }: LedgerEntry): string {
  const { partitions, runs } = packPositions(positions)
  return JSON.stringify({ k: key, b: body, t: atMs, p: partitions, r: runs } satisfies Line)
}

function markLine(marks: Marks): string {
  return JSON.stringify({ m: [...marks].map(([partition, offset]) => [partition, Number(offset)]) })
}

function isLine(value: object | undefined): value is Line {
  return value !== undefined && 'k' in value && 'b' in value && 't' in value && 'p' in value && 'r' in value
}

function isMarkLine(value: object | undefined): value is { readonly m: readonly (readonly [number, number])[] } {
  return value !== undefined && 'm' in value && Array.isArray(value.m)
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
