import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { openUpkeep, type UpkeepReport, type UpkeepSettings } from '../upkeep.ts'
import type { Instance } from './instance.ts'

export interface BackgroundUpkeepOptions {
  readonly settings: UpkeepSettings
  /** Milliseconds between the tables that are looked after. */
  readonly everyMs: number
  readonly onReport?: (report: UpkeepReport) => void
  /** It failed: nothing is lost by it, and the next table is tried when it is due. */
  readonly onFault?: (error: unknown) => void
}

/** The upkeep of a running instance, beside its batches. */
export interface BackgroundUpkeep {
  /** Starts on the next table, if that is due and nothing is under way. Never waits. */
  tick(): void
  /** Waits for what is under way, and lets go of everything. */
  close(): Promise<void>
}

/** Opens it; the first table is due after `everyMs`. */
export function openBackgroundUpkeep(instance: Instance, options: BackgroundUpkeepOptions): BackgroundUpkeep {
  const { plan, catalog, clock } = instance
  const scratch = path.join(instance.scratch, 'upkeep')
  let lastMs = clock()
  const opened = once(async () => {
    await mkdir(scratch, { recursive: true })
    const session = await instance.session.beside()
    return { session, upkeep: openUpkeep({ plan, catalog, session, clock, scratch, settings: options.settings }) }
  })
  const work = async (): Promise<void> => {
    try {
      const { upkeep } = await opened.value()
      const report = await upkeep.next()
      if (report !== undefined) options.onReport?.(report)
    } catch (error) {
      options.onFault?.(error)
    }
  }
  return {
    tick() {
      const { upkeep } = instance
      if (upkeep.working !== undefined || upkeep.held || clock() - lastMs < options.everyMs) return
      lastMs = clock()
      upkeep.working = work().finally(() => (upkeep.working = undefined))
    },
    async close() {
      await instance.upkeep.working
      if (opened.started())
        await opened.value().then(
          ({ session }) => session.close(),
          () => undefined,
        )
    },
  }
}

function once<T>(make: () => Promise<T>) {
  let made: Promise<T> | undefined
  return { value: () => (made ??= make()), started: () => made !== undefined }
}
