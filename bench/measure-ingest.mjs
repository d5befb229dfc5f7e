import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { openBroker } from '../dist/stream/index.js'
import { generateInventory } from '../dist/cli/demo/inventory-events.js'
import { finish, start } from './processes.mjs'
import { createProject, SMELT } from './project.mjs'
import { TOPIC } from './topics.mjs'

const SEED = 20_260_102
const BATCH = 1_000
const CONNECTIONS = 4
const PARTITIONS = 4

/**
 * Records per second that `smelt ingest` and the bare server beside it take from one client on loopback, in turn, `pairs` times:
 * NDJSON of 1,000 records over four connections, judged by the contract, acknowledged by the broker. Every record must
 * be in the topic, else it throws.
 */
export async function measureIngest(topics, { records, pairs }) {
  const bodies = requestBodies(records)
  const project = await createProject(topics, { memory_limit: '512MB' })
  try {
    const create = ['token', 'create', 'bench', '--topic', 'inventory', '--project', project.root]
    let token = ''
    await finish([SMELT, ...create], { onLine: (line) => (token = line) })
    const results = []
    for (let pair = 0; pair < pairs; pair++) {
      results.push({
        smelt: await timed(topics, bodies, {
          args: [SMELT, 'ingest', 'bench', '--port', '0', '--log', 'error', '--project', project.root],
          path: '/v1/bench/inventory?mode=accept',
          headers: { authorization: `Bearer ${token}` },
        }),
        bare: await timed(topics, bodies, {
          args: [
            fileURLToPath(new URL('bare-ingest.mjs', import.meta.url)),
            JSON.stringify({ broker: topics.config, topic: TOPIC }),
          ],
          path: '/',
          headers: {},
        }),
      })
    }
    return results
  } finally {
    await project.remove()
  }
}

function requestBodies(records) {
  const { batches } = generateInventory({ seed: SEED, records, partitions: PARTITIONS, batchRecords: BATCH })
  return [...batches].map((batch) => {
    // A line can hold no line feed, and none is empty.
    const lines = batch.map(({ value }) => value).filter((value) => value !== null && value.length > 0)
    const whole = lines.filter((value) => !value.includes(0x0a))
    return { records: whole.length, bytes: Buffer.concat(whole.flatMap((value) => [value, Buffer.from('\n')])) }
  })
}

/** Starts a server, warms it up with a tenth of the requests, sends all, and looks that all is there. */
async function timed({ config }, bodies, { args, path, headers }) {
  const broker = await openBroker(config)
  try {
    await broker.deleteTopic(TOPIC)
    await broker.createTopic(TOPIC, { partitions: PARTITIONS })
    let listening, failed
    let cpu = () => 0
    const url = new Promise((resolve, reject) => ([listening, failed] = [resolve, reject]))
    const server = start(args, {
      onLine: (line, _, spent) => {
        cpu = spent
        listening(JSON.parse(line).url)
      },
    })
    void server.ended.then(({ code, errors }) => failed(new Error(`the server ended with ${code}: ${errors}`)))
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
    const target = {
      url: new URL(path, await url),
      headers: { ...headers, 'content-type': 'application/x-ndjson' },
      agent,
    }
    const warm = bodies.slice(0, Math.ceil(bodies.length / 10))
    await sendAll(target, warm)
    const cpuBefore = cpu()
    const startMs = performance.now()
    await sendAll(target, bodies)
    const seconds = (performance.now() - startMs) / 1000
    const cpuSeconds = cpu() - cpuBefore
    agent.destroy()
    server.kill('SIGTERM')
    const { peakRssBytes } = await server.ended
    const records = count(bodies)
    const stored = [...(await broker.offsets(TOPIC, 'latest')).values()].reduce((sum, each) => sum + Number(each), 0)
    if (stored !== records + count(warm))
      throw new Error(`${records + count(warm)} records were sent, ${stored} are there`)
    return { recordsPerSecond: records / seconds, cpuSecondsPerMillion: (cpuSeconds / records) * 1e6, peakRssBytes }
  } finally {
    await broker.close()
  }
}

const count = (bodies) => bodies.reduce((sum, { records }) => sum + records, 0)

async function sendAll(target, bodies) {
  const queue = bodies.values()
  const worker = async () => {
    for (const { bytes } of queue) await post(target, bytes)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
}

function post({ url, headers, agent }, bytes) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { ...headers, 'content-length': bytes.length } })
    sent.on('error', reject)
    sent.on('response', (response) => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`the server answered ${response.statusCode}`))
      })
    })
    sent.end(bytes)
  })
}
