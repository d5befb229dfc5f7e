import { randomUUID } from 'node:crypto'
import type { Diagnostic } from '#diagnostics'
import type { ObjectStore } from '#lake'

/** What a command wants of an instance, whether it runs or not. Plain JSON. */
export interface Request {
  readonly format: 1
  /** Sorts by the time it was asked. */
  readonly id: string
  /** Which handler carries it out. */
  readonly kind: string
  readonly askedMs: number
  /** The user who asked. */
  readonly by: string
  /** What the handler needs to know. */
  readonly arguments: Readonly<Record<string, unknown>>
  /** How often it was begun, where a request is done by a process that has nothing else to do. */
  readonly attempts?: number
}

/** What became of a request. Plain JSON. */
export interface Answer {
  readonly format: 1
  readonly request: string
  readonly answeredMs: number
  readonly outcome: Outcome
}

export type Outcome =
  /** Carried out as part of this checkpoint. */
  | { readonly done: true; readonly checkpoint: number; readonly result: unknown }
  /** Not carried out, and nothing was changed. */
  | { readonly done: false; readonly problem: Diagnostic }

/**
 * Puts a request where the running instance looks at its next checkpoint: `state/<pipeline>/requests/<id>.json`. Resolves
 * to its id.
 */
export async function ask(
  store: ObjectStore,
  pipeline: string,
  { kind, askedMs, by, arguments: given }: Omit<Request, 'format' | 'id'>,
): Promise<string> {
  const id = `${String(askedMs).padStart(15, '0')}-${randomUUID()}`
  const request: Request = { format: 1, id, kind, askedMs, by, arguments: given }
  await store.create(requestKey(pipeline, id), bytesOf(request))
  return id
}

/** The requests that wait, oldest first: one listing, and one read for each. What is no request is removed. */
export async function waitingRequests(store: ObjectStore, pipeline: string): Promise<Request[]> {
  const found: Request[] = []
  for await (const { key } of store.list(requestFolder(pipeline))) {
    const bytes = await store.read(key)
    const request = bytes && (parse(bytes) as Request | null | undefined)
    if (request?.format === 1 && requestKey(pipeline, request.id) === key) found.push(request)
    else if (bytes !== undefined) await store.delete([key])
  }
  return found
}

/** Whether a request of that kind waits. */
export async function isAsked(store: ObjectStore, pipeline: string, kind: string): Promise<boolean> {
  return (await waitingRequests(store, pipeline)).some((request) => request.kind === kind)
}

/**
 * Notes in a request that it is begun once more, so that one that ends its process is not begun for ever. Resolves to how often
 * it was begun by now.
 */
export async function beginRequest(store: ObjectStore, pipeline: string, request: Request): Promise<number> {
  const attempts = (request.attempts ?? 0) + 1
  await store.write(requestKey(pipeline, request.id), bytesOf({ ...request, attempts }))
  return attempts
}

/** Answers a request, and takes it away: a crash in between leaves it to be answered again. */
export async function answer(
  store: ObjectStore,
  pipeline: string,
  { id }: Pick<Request, 'id'>,
  { answeredMs, outcome }: { readonly answeredMs: number; readonly outcome: Outcome },
): Promise<void> {
  const written: Answer = { format: 1, request: id, answeredMs, outcome }
  await store.write(answerKey(pipeline, id), bytesOf(written))
  await store.delete([requestKey(pipeline, id)])
}

/** Refuses all requests of a kind that wait: nothing is there that could carry them out. */
export async function refuseWaiting(
  store: ObjectStore,
  pipeline: string,
  { kind, answeredMs, problem }: { readonly kind: string; readonly answeredMs: number; readonly problem: Diagnostic },
): Promise<void> {
  for (const request of await waitingRequests(store, pipeline)) {
    if (request.kind === kind) await answer(store, pipeline, request, { answeredMs, outcome: { done: false, problem } })
  }
}

/** Fetches the answer to a request, which is then gone. Undefined while there is none. */
export async function takeAnswer(store: ObjectStore, pipeline: string, id: string): Promise<Answer | undefined> {
  const key = answerKey(pipeline, id)
  const bytes = await store.read(key)
  const found = bytes && (parse(bytes) as Answer | null | undefined)
  if (found?.request !== id) return undefined
  await store.delete([key])
  return found
}

/** Takes a request back. An instance that has seen it already may still carry it out. */
export async function withdraw(store: ObjectStore, pipeline: string, id: string): Promise<void> {
  await store.delete([requestKey(pipeline, id)])
}

/** Removes answers that nobody fetched, written before `olderThanMs`. */
export async function sweepAnswers(store: ObjectStore, pipeline: string, olderThanMs: number): Promise<void> {
  const old: string[] = []
  for await (const { key, modifiedMs } of store.list(answerFolder(pipeline))) {
    if (modifiedMs < olderThanMs) old.push(key)
  }
  if (old.length > 0) await store.delete(old)
}

const requestFolder = (pipeline: string): string => `state/${pipeline}/requests/`
const answerFolder = (pipeline: string): string => `state/${pipeline}/answers/`
const requestKey = (pipeline: string, id: string): string => `${requestFolder(pipeline)}${id}.json`
const answerKey = (pipeline: string, id: string): string => `${answerFolder(pipeline)}${id}.json`

function bytesOf(value: Request | Answer): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}

/** What was written; undefined for half of a file, or another's. */
function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
