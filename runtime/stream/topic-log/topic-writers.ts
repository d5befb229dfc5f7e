import path from 'node:path'
import { smeltError, type Diagnostic } from '#diagnostics'
import { checkTopicName } from '../topic-name.ts'
import { readTopicFile } from './files.ts'
import { TopicWriter } from './topic-writer.ts'
import { takeWriterLock } from './writer-lock.ts'

export interface TopicWritersOptions {
  readonly root: string
  readonly segmentBytes: number
  readonly onNotice: (notice: Diagnostic) => void
}

interface Shared {
  readonly id: string
  readonly writer: TopicWriter
  users: number
}

/** The writers of one broker: its producers share one per topic, which is closed, and unlocked, by the last of them. */
export class TopicWriters {
  readonly #options: TopicWritersOptions
  readonly #shared = new Map<string, Shared>()
  /** One opening or closing at a time. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: TopicWritersOptions) {
    this.#options = options
  }

  /** The writer of a topic, opened when nobody has it open. Call `release` for each. */
  acquire(topic: string): Promise<TopicWriter> {
    return this.#inTurn(async () => {
      const folder = this.#folder(topic)
      const file = await readTopicFile(folder)
      if (!file) throw smeltError('stream/unknown-topic', { topic })
      const known = this.#shared.get(topic)
      if (known && known.id === file.id && !known.writer.finished) {
        known.users += 1
        return known.writer
      }
      await known?.writer.close()
      const writer = await TopicWriter.open({ topic, folder, ...this.#options })
      this.#shared.set(topic, { id: file.id, writer, users: 1 })
      return writer
    })
  }

  release(topic: string): Promise<void> {
    return this.#inTurn(async () => {
      const shared = this.#shared.get(topic)
      if (!shared) return
      shared.users -= 1
      if (shared.users > 0) return
      this.#shared.delete(topic)
      await shared.writer.close()
    })
  }

  /** Runs `work` on a topic that nobody writes: our own writer is closed, a foreign one is stream/topic-locked. */
  exclude(topic: string, work: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      await this.#shared.get(topic)?.writer.close()
      this.#shared.delete(topic)
      const lock = await takeWriterLock(topic, this.#folder(topic))
      try {
        await work()
      } finally {
        await lock.release()
      }
    })
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      for (const { writer } of this.#shared.values()) await writer.close()
      this.#shared.clear()
    })
  }

  #folder(topic: string): string {
    checkTopicName(topic)
    return path.join(this.#options.root, topic)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }
}
