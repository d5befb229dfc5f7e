import { isSmeltError, smeltError } from '#diagnostics'
import type { Checkpoint } from '../checkpoint.ts'
import { answer, waitingRequests, type Outcome, type Request } from '../requests.ts'
import { takeSavepoint } from '../take-savepoint.ts'
import type { Instance } from './instance.ts'
import { stateKeys } from '../checkpoint.ts'

/**
 * How one kind of request is carried out as part of a checkpoint. A SmeltError of either step refuses the request and
 * nothing else; any other error stops the run. After a crash both steps are done again with a later checkpoint, so each must
 * find out what is done already.
 */
export interface RequestHandler {
  readonly kind: string
  /** Between two batches, before the checkpoint: adds to what it commits. Refuses before it adds anything. */
  readonly prepare?: (instance: Instance, request: Request, previous: Checkpoint | undefined) => Promise<void>
  /** Once the checkpoint is in all tables, and before the next one is begun. Resolves to the result, as plain JSON. */
  readonly finish: (instance: Instance, request: Request, checkpoint: Checkpoint) => Promise<unknown>
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
    for (const key of stateKeys(taken.checkpoint)) instance.kept.add(key)
    return { name: taken.name, checkpoint: taken.checkpoint.id }
  },
}

/** Every kind of request that a running instance understands. */
const HANDLERS: readonly RequestHandler[] = [savepoint]

/** A request on its way through a checkpoint. */
export interface Carried {
  readonly request: Request
  readonly handler: RequestHandler | undefined
  /** Why it is not carried out. */
  readonly refused?: Outcome
}

/** Where a running instance takes requests in (see `requests.ts`). */
export interface RequestDesk {
  /** The requests that wait, oldest first: one listing. */
  look(): Promise<readonly Request[]>
  /** Their part before the checkpoint. */
  prepare(requests: readonly Request[], previous: Checkpoint | undefined): Promise<readonly Carried[]>
  /** Their part after its tables are committed, and the answers. */
  finish(carried: readonly Carried[], checkpoint: Checkpoint): Promise<void>
}

export function openRequestDesk(instance: Instance): RequestDesk {
  const { store, plan, clock } = instance
  return {
    look: () => waitingRequests(store, plan.pipeline),
    async prepare(requests, previous) {
      const carried: Carried[] = []
      for (const request of requests) {
        const handler = HANDLERS.find(({ kind }) => kind === request.kind)
        const refused = await refusal(async () => handler?.prepare?.(instance, request, previous))
        carried.push({ request, handler, ...(refused === undefined ? {} : { refused }) })
      }
      return carried
    },
    async finish(carried, checkpoint) {
      for (const { request, handler, refused } of carried) {
        const outcome = refused ?? (await finished(instance, { request, handler, checkpoint }))
        await answer(store, plan.pipeline, request, { answeredMs: clock(), outcome })
        instance.step('request-answered')
      }
    },
  }
}

async function finished(
  instance: Instance,
  { request, handler, checkpoint }: Pick<Carried, 'request' | 'handler'> & { readonly checkpoint: Checkpoint },
): Promise<Outcome> {
  let result: unknown
  const refused = await refusal(async () => {
    if (handler === undefined) throw smeltError('checkpoint/unknown-request', { kind: request.kind, id: request.id })
    result = await handler.finish(instance, request, checkpoint)
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
