import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openCheckpoints, openSession, openUpkeep, readPlan } from '../dist/engine/index.js'
import { commitTable, openCatalog, openStore, stageData } from '../dist/lake/index.js'
import { finish } from './processes.mjs'
import { createProject, INSTANCE, SMELT } from './project.mjs'
import { median } from './statistics.mjs'

const EVERY_MS = 10_000
const UPKEEP_EVERY_MS = 60_000
const ROWS = 20
const TABLE = { layer: 'bronze', name: 'inventory' }
const PIPELINE = INSTANCE.slice(INSTANCE.indexOf('/') + 1)
/** The defaults of `maintenance` in smelt.yaml. */
const SETTINGS = {
  budgetBytes: 256 * 2 ** 20,
  targetFileBytes: 128 * 2 ** 20,
  minFiles: 8,
  keepSnapshotsMs: 3_600_000,
  keepLast: 10,
  orphansAfterMs: 3 * 86_400_000,
}

/**
 * Commits a checkpoint of a few rows every ten seconds, `commits` times in virtual time, with the upkeep that a running
 * instance does beside. Resolves to what each of seven equal parts of that time left behind: files that a reader opens,
 * objects in the lake, bytes of metadata, and the milliseconds of a commit (median).
 */
export async function measureWeek(topics, commits, { onPart = () => undefined } = {}) {
  const project = await createProject(topics, { batch_rows: 10000 })
  const scratch = await mkdtemp(path.join(tmpdir(), 'smelt-bench-week-'))
  const store = await openStore({ kind: 'folder', path: path.join(project.root, 'lake', 'bench') })
  const session = await openSession({ memoryLimitBytes: 512 * 2 ** 20, threads: 2, spill: scratch })
  try {
    // The tables and the first checkpoint are made by the pipeline itself.
    await finish([SMELT, 'run', INSTANCE, '--until-end', '--log', 'json', '--project', project.root], {})
    const simulated = await openWeek({ store, session, scratch })
    const parts = []
    for (let part = 1; part <= 7; part++) {
      const times = []
      for (const until = Math.round((commits * part) / 7); simulated.done() < until;)
        times.push(await simulated.checkpoint())
      parts.push({ commitMs: median(times), ...(await simulated.left()) })
      onPart(part, parts.at(-1))
    }
    return { commits, parts }
  } finally {
    session.close()
    await store.close()
    await rm(scratch, { recursive: true, force: true })
    await project.remove()
  }
}

async function openWeek({ store, session, scratch }) {
  const catalog = openCatalog(store)
  const checkpoints = openCheckpoints(store, PIPELINE)
  let checkpoint = await checkpoints.newest()
  const { plan } = await readPlan(store, PIPELINE, checkpoint.planHash)
  let now = Date.now()
  let upkeepMs = now
  let done = 0
  const clock = () => now
  const upkeep = openUpkeep({
    plan,
    catalog,
    session,
    clock,
    scratch: path.join(scratch, 'upkeep'),
    settings: SETTINGS,
  })
  return {
    done: () => done,
    async checkpoint() {
      now += EVERY_MS
      done++
      const table = await catalog.load(TABLE)
      const relation = rowsSql(done * ROWS, now)
      const staged = await stageData({ session, relation, table, store, scratch })
      const id = checkpoint.id + 1
      const commit = {
        table: TABLE,
        operation: 'append',
        addedDataFiles: staged.files,
        addedDeleteFiles: [],
        removedDataFiles: [],
        summary: { 'smelt.checkpoint-id': String(id) },
        commitKey: { property: 'smelt.checkpoint-id', value: id },
      }
      const started = performance.now()
      checkpoint = { ...checkpoint, id, createdMs: now, commits: [commit] }
      await checkpoints.create(checkpoint)
      await commitTable(catalog, commit, { clock })
      await checkpoints.prune(id)
      const ms = performance.now() - started
      await staged.release()
      if (now - upkeepMs >= UPKEEP_EVERY_MS) {
        upkeepMs = now
        await upkeep.next()
      }
      return ms
    },
    async left() {
      const { metadata } = await catalog.load(TABLE)
      const summary = metadata.snapshots.find((each) => each.snapshotId === metadata.currentSnapshotId).summary
      let objects = 0
      let metadataBytes = 0
      for await (const { key, size } of store.list('')) {
        objects++
        if (key.includes(`${TABLE.layer}/${TABLE.name}/metadata/`)) metadataBytes += size
      }
      return {
        files: Number(summary['total-data-files']),
        snapshots: metadata.snapshots.length,
        objects,
        metadataBytes,
      }
    },
  }
}

/** Records as bronze has them, that came at one time. */
function rowsSql(from, now) {
  return `(select (i % 4)::int as kafka_partition, i as kafka_offset, make_timestamptz(${now}::bigint * 1000) as kafka_timestamp,
    encode('device-' || i % 1000) as kafka_key, encode('{"device_id":"device-' || i % 1000 || '","at":' || i || '}') as kafka_value,
    '[]' as kafka_headers from range(${from}, ${from + ROWS}) r(i))`
}
