import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { openBroker } from '../dist/stream/index.js'
import { start } from './processes.mjs'
import { SMELT } from './project.mjs'
import { createStateProject, createTopic, PIPELINE, reports, topicOf } from './state-project.mjs'
import { mean, median } from './statistics.mjs'

const DEADLINE_MS = 900_000
const SEND_ROWS = 10_000
const SMALL = 'small'
const LARGE = 'large'

/**
 * Lets two instances of one pipeline remember: `large` the keys of `keys` records and a window of each of `groups` devices,
 * `small` a tenth of each. Then both are restarted, and while both run, `rounds` times in turn, each is sent the same number
 * of records and makes one checkpoint of them.
 *
 * Resolves to the bytes of the large one's state files, the peak RSS while it filled and after its restart, the seconds from its restart to the first
 * new checkpoint, and per instance the medians of those checkpoints: milliseconds that writing and committing took, and that
 * working on the batch took, and CPU milliseconds of everything.
 */
export async function measureState(topics, { keys, groups, rounds, change, onStep = () => undefined }) {
  const engine = { checkpoint_every: '1s' }
  const project = await createStateProject(topics, { tenants: [SMALL, LARGE], engine })
  const broker = await openBroker(topics.config)
  const sizes = { [SMALL]: { keys: keys / 10, groups: groups / 10 }, [LARGE]: { keys, groups } }
  const running = []
  try {
    const filled = {}
    for (const tenant of [SMALL, LARGE]) {
      onStep(`filling ${sizes[tenant].keys} keys and ${sizes[tenant].groups} groups`)
      await fill(broker, tenant, sizes[tenant])
      const instance = watch(project.root, tenant)
      await instance.read(sizes[tenant].keys)
      filled[tenant] = await instance.stop()
      checkEnded(filled[tenant])
    }
    const stateBytes = await sizeOf(path.join(project.root, 'lake', LARGE, 'state', PIPELINE, 'files'))
    onStep('restarting both')
    const next = { [SMALL]: sizes[SMALL].keys, [LARGE]: sizes[LARGE].keys }
    const instances = {}
    const restartSeconds = {}
    const producer = await broker.producer()
    const send = async (tenant) => {
      const records = reports({ from: next[tenant], count: change, devices: sizes[tenant].groups })
      next[tenant] += change
      await producer.send(topicOf(tenant), records)
    }
    for (const tenant of [SMALL, LARGE]) {
      await send(tenant)
      const instance = watch(project.root, tenant)
      running.push(instance)
      instances[tenant] = instance
      restartSeconds[tenant] = (await instance.read(change)).seconds
    }
    const checkpoints = { [SMALL]: [], [LARGE]: [] }
    for (let round = 0; round < rounds; round++) {
      for (const tenant of [SMALL, LARGE]) {
        await send(tenant)
        checkpoints[tenant].push(await instances[tenant].read(change))
      }
    }
    const restarted = {}
    for (const tenant of [SMALL, LARGE]) restarted[tenant] = await instances[tenant].stop()
    await producer.close()
    return {
      keys,
      groups,
      change,
      stateBytes,
      restartSeconds: restartSeconds[LARGE],
      fillPeakBytes: filled[LARGE].peakRssBytes,
      fillRowsPerSecond: keys / filled[LARGE].seconds,
      restartPeakBytes: restarted[LARGE].peakRssBytes,
      small: summary(checkpoints[SMALL]),
      large: summary(checkpoints[LARGE]),
    }
  } finally {
    for (const instance of running) instance.kill()
    await broker.close()
    await project.remove()
  }
}

async function sizeOf(folder) {
  const files = await readdir(folder)
  const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(folder, file))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

function checkEnded({ code, signal, errors }) {
  if (code !== 0) throw new Error(`smelt run ended with ${code ?? signal}:\n${errors}`)
}

async function fill(broker, tenant, { keys, groups }) {
  await createTopic(broker, tenant)
  const producer = await broker.producer()
  for (let from = 0; from < keys; from += SEND_ROWS) {
    const count = Math.min(SEND_ROWS, keys - from)
    await producer.send(topicOf(tenant), reports({ from, count, devices: groups }))
  }
  await producer.close()
}

/** The checkpoints of the rounds, without the first few: nothing is warm then. */
function summary(checkpoints) {
  const warm = checkpoints.slice(Math.min(3, checkpoints.length >> 1))
  return {
    checkpointMs: median(warm.map(({ durations }) => durations.flush + durations.commit)),
    processMs: median(warm.map(({ durations }) => durations.process)),
    cpuMs: mean(warm.map(({ cpuSeconds }) => cpuSeconds * 1000)),
  }
}

/** Runs an instance; `read` waits until it has committed so many records more. */
function watch(root, tenant) {
  let records = 0
  let wanted = Infinity
  let cpuBefore = 0
  let durations = {}
  let settle
  const child = start([SMELT, 'run', `${tenant}/${PIPELINE}`, '--log', 'json', '--project', root], {
    onLine(line, seconds, cpuSeconds) {
      const event = JSON.parse(line)
      if (event.event !== 'checkpoint') return
      records += event.records_in
      for (const [phase, ms] of Object.entries(event.durations_ms)) durations[phase] = (durations[phase] ?? 0) + ms
      if (records < wanted) return
      const cpu = cpuSeconds()
      settle?.resolve({ seconds, durations, cpuSeconds: cpu - cpuBefore })
      cpuBefore = cpu
    },
  })
  const ended = child.ended.then((result) => {
    settle?.reject(new Error(`smelt run ended with ${result.code ?? result.signal}:\n${result.errors}`))
    return result
  })
  return {
    async read(count) {
      wanted = records + count
      durations = {}
      const deadline = setTimeout(() => settle.reject(new Error(`not ${count} records in time`)), DEADLINE_MS)
      try {
        return await new Promise((resolve, reject) => (settle = { resolve, reject }))
      } finally {
        clearTimeout(deadline)
        settle = undefined
      }
    },
    stop() {
      child.kill('SIGTERM')
      return ended
    },
    kill: () => child.kill('SIGKILL'),
  }
}
