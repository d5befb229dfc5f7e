import { smeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import type { Checkpoint } from './checkpoint.ts'

/** A plan that ran, by number: a pipeline's first is 1, and every change that is applied is the next. Plain JSON. */
export interface Version {
  readonly format: 1
  readonly version: number
  readonly planHash: string
  /** The first checkpoint of it. */
  readonly checkpoint: number
  readonly appliedMs: number
  readonly reason: string
}

/** The versions of a pipeline, oldest first. */
export async function listVersions(store: ObjectStore, pipeline: string): Promise<Version[]> {
  const keys: string[] = []
  for await (const { key } of store.list(versionFolder(pipeline))) keys.push(key)
  const found = await Promise.all(keys.map((key) => store.read(key)))
  return found.flatMap((bytes) => (bytes === undefined ? [] : [JSON.parse(bytes.toString('utf8')) as Version]))
}

/** Of so many versions the numbers are told when another is asked for. */
const TOLD = 5

/**
 * The version with that number, as people write it, and the newest one. checkpoint/unknown-version with the nearest ones,
 * checkpoint/none when the pipeline never ran.
 */
export async function readVersion(
  store: ObjectStore,
  { tenant, pipeline }: { readonly tenant: string; readonly pipeline: string },
  given: string,
): Promise<{ readonly wanted: Version; readonly newest: Version }> {
  const versions = await listVersions(store, pipeline)
  const instance = `${tenant}/${pipeline}`
  const newest = versions.at(-1)
  if (newest === undefined) throw smeltError('checkpoint/none', { pipeline: instance })
  const wanted = versions.find(({ version }) => String(version) === given)
  if (wanted !== undefined) return { wanted, newest }
  const number = Number.isFinite(Number(given)) ? Number(given) : newest.version
  const known = versions
    .map(({ version }) => version)
    .sort((a, b) => Math.abs(a - number) - Math.abs(b - number))
    .slice(0, TOLD)
    .sort((a, b) => a - b)
  throw smeltError('checkpoint/unknown-version', { pipeline: instance, version: given, known })
}

/**
 * Gives the plan of a checkpoint its number, unless it is that of the newest version already. Called for what ran before a
 * change and for what runs after it, so that a crash in between leaves no version out.
 */
export async function noteVersion(store: ObjectStore, checkpoint: Checkpoint): Promise<void> {
  const { pipeline, planHash, id, createdMs, rewound } = checkpoint
  const before = await listVersions(store, pipeline)
  const newest = before.at(-1)
  if (newest?.planHash === planHash) return
  const version = (newest?.version ?? 0) + 1
  const same = before.findLast((each) => each.planHash === planHash)
  const applied = same === undefined ? 'change applied' : `the plan of version ${same.version} again`
  const back = rewound && (rewound.reason ?? `went back to ${rewound.to}`)
  const reason = back ?? (version === 1 ? 'first run' : applied)
  const noted: Version = { format: 1, version, planHash, checkpoint: id, appliedMs: createdMs, reason }
  // One that is there was noted by another process from the same checkpoints.
  await store.create(
    `${versionFolder(pipeline)}${String(version).padStart(6, '0')}.json`,
    Buffer.from(`${JSON.stringify(noted)}\n`),
  )
}

const versionFolder = (pipeline: string): string => `state/${pipeline}/versions/`
