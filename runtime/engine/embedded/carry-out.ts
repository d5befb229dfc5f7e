import { isSmeltError, smeltError } from '#diagnostics'
import type { Checkpoint } from '../checkpoint.ts'
import { checkMove, moveRefused, type Move } from '../quarantine/move-refused.ts'
import { answer, waitingRequests, type Outcome, type Request } from '../requests.ts'
import { takeSavepoint } from '../take-savepoint.ts'
import { listVersions } from '../versions.ts'
import type { Instance } from './instance.ts'

/**
 * How one kind of request is carried out as part of a checkpoint. A SmeltError of `check` or `finish` refuses the request and
 * nothing else; any other error stops the run. After a crash all steps are done again with a later checkpoint, so each must
 * find out what is done already.
 */
export interface RequestHandler {
  readonly kind: string
  /** Between two batches, before `prepare`: refuses what cannot be done, and changes nothing. */
  readonly check?: (instance: Instance, request: Request) => Promise<void>
  /**
   * Between two batches, before the checkpoint: adds to what it commits, and resolves to what `finish` needs of it. What
   * goes wrong here stops the run, because part of it may stand in the state.
   */
  readonly prepare?: (instance: Instance, request: Request, previous: Checkpoint | undefined) => Promise<unknown>
  /** Tells that the next run answers: once the checkpoint is in all tables, this one makes room for it. */
  readonly defers?: (instance: Instance, request: Request) => boolean
  /** Once the checkpoint is in all tables, and before the next one is begun. Resolves to the result, as plain JSON. */
  readonly finish: (instance: Instance, request: Request, checkpoint: Checkpoint, prepared: unknown) => Promise<unknown>
}

const savepoint: RequestHandler = {
  kind: 'savepoint',
  async finish(instance, request, checkpoint) {
    const { name } = request.arguments
    const taken = await takeSavepoint(instance, checkpoint, {
      ...(typeof name === 'string' ? { name } : {}),
      by: request.by,
      request: request.id,
    })
    return { name: taken.name, checkpoint: taken.checkpoint.id }
  },
}

/** Takes rows out of quarantine; upkeep leaves the tables alone until their deletes are committed. */
const moveRows: RequestHandler = {
  kind: 'move',
  async check(instance, request) {
    await checkMove(instance, moveOf(request))
  },
  async prepare(instance, request) {
    instance.upkeep.held = true
    await instance.upkeep.working
    return moveRefused(instance, moveOf(request))
  },
  finish: (_instance, _request, _checkpoint, report) => Promise.resolve(report),
}

function moveOf({ arguments: { action, filter } }: Request): Move {
  return { action: action === 'discard' ? 'discard' : 'replay', filter: filter as Move['filter'] }
}

/**
 * Ends the run, so that a plan takes over that is in the project by now. The run of that plan finds the request again, and
 * answers it with its first checkpoint, whatever was killed in between.
 */
const restart: RequestHandler = {
  kind: 'restart',
  async check(instance, request) {
    if (runsAlready(instance, request)) return
    if (instance.restart === undefined) throw smeltError('checkpoint/unknown-request', request)
    await instance.restart.check(planOf(request))
  },
  defers: (instance, request) => !runsAlready(instance, request),
  async finish({ store, plan }, _request, { id }) {
    const newest = (await listVersions(store, plan.pipeline)).at(-1)
    return { version: newest?.version ?? 1, checkpoint: newest?.checkpoint ?? id }
  },
}

/**
 * Ends the run, so that tables are rebuilt with nobody at work on them: the next run does that before it reads, and answers
 * (`rebuild/answer-rebuilds.ts`). So this one never finishes it.
 */
const rebuild: RequestHandler = {
  kind: 'rebuild',
  async check(instance, request) {
    if (instance.restart === undefined) throw smeltError('checkpoint/unknown-request', request)
    await instance.restart.check(planOf(request), request.arguments['approved'] === true)
  },
  defers: () => true,
  finish: (_instance, request) => Promise.reject(smeltError('checkpoint/unknown-request', request)),
}

const planOf = ({ arguments: { planHash } }: Request): string => (typeof planHash === 'string' ? planHash : '')

function runsAlready({ planHash }: Instance, request: Request): boolean {
  return planOf(request) === planHash
}

/** Every kind of request that a running instance understands. */
const HANDLERS: readonly RequestHandler[] = [savepoint, moveRows, restart, rebuild]

/** A request on its way through a checkpoint. */
export interface Carried {
  readonly request: Request
  readonly handler: RequestHandler | undefined
  /** What `prepare` gave. */
  readonly prepared?: unknown
  /** Why it is not carried out. */
  readonly refused?: Outcome
}

/** Where a running instance takes requests in (see `requests.ts`). */
export interface RequestDesk {
  /** The requests that wait, oldest first: one listing. */
  look(): Promise<readonly Request[]>
  /** Their part before the checkpoint. Of those that add to what it commits, one has its turn; others wait for the next. */
  prepare(requests: readonly Request[], previous: Checkpoint | undefined): Promise<readonly Carried[]>
  /** Their part after its tables are committed, and the answers. */
  finish(carried: readonly Carried[], checkpoint: Checkpoint): Promise<void>
}

export function openRequestDesk(instance: Instance): RequestDesk {
  const { store, plan, clock } = instance
  const deferred = new Set<string>()
  return {
    async look() {
      const waiting = await waitingRequests(store, plan.pipeline)
      return waiting.filter(({ id }) => !deferred.has(id))
    },
    async prepare(requests, previous) {
      const carried: Carried[] = []
      let prepared = false
      for (const request of requests) {
        const handler = HANDLERS.find(({ kind }) => kind === request.kind)
        // What the one before adds stands in the tables only after the checkpoint: another would not see it and do it again.
        if (prepared && handler?.prepare !== undefined) continue
        const refused = await refusal(async () => handler?.check?.(instance, request))
        if (refused !== undefined) {
          carried.push({ request, handler, refused })
          continue
        }
        prepared ||= handler?.prepare !== undefined
        carried.push({ request, handler, prepared: await handler?.prepare?.(instance, request, previous) })
      }
      return carried
    },
    async finish(carried, checkpoint) {
      instance.upkeep.held = false
      for (const { request, handler, refused, prepared } of carried) {
        if (refused === undefined && handler?.defers?.(instance, request) === true) {
          deferred.add(request.id)
          instance.restart?.begin()
          continue
        }
        const outcome = refused ?? (await finished(instance, { request, handler, prepared, checkpoint }))
        await answer(store, plan.pipeline, request, { answeredMs: clock(), outcome })
        instance.step('request-answered')
      }
    },
  }
}

async function finished(
  instance: Instance,
  { request, handler, prepared, checkpoint }: Omit<Carried, 'refused'> & { readonly checkpoint: Checkpoint },
): Promise<Outcome> {
  let result: unknown
  const refused = await refusal(async () => {
    if (handler === undefined) throw smeltError('checkpoint/unknown-request', { kind: request.kind, id: request.id })
    result = await handler.finish(instance, request, checkpoint, prepared)
  })
  return refused ?? { done: true, checkpoint: checkpoint.id, result }
}

async function refusal(work: () => Promise<void>): Promise<Outcome | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (!isSmeltError(error)) throw error
    return { done: false, problem: error.diagnostic }
  }
}
