import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { loadParts, partFolder } from '../test/setup/parts.mjs'

const run = promisify(execFile)
const START_DEADLINE_MS = 60_000

/** The folder of Kafka's jars, or undefined when they are not installed (`node test/setup/parts.mjs kafka`). */
export async function findKafka() {
  const part = (await loadParts()).find(({ name }) => name === 'kafka')
  const folder = part && partFolder(part)
  return folder !== undefined && existsSync(path.join(folder, '.complete')) ? folder : undefined
}

/** Starts a broker of our own on free ports of 127.0.0.1. `stop` ends it and removes its data. */
export async function startKafka(folder) {
  const root = await mkdtemp(path.join(tmpdir(), 'smelt-bench-kafka-'))
  const [port, controller] = [await freePort(), await freePort()]
  const config = path.join(root, 'server.properties')
  await writeFile(config, properties(path.join(root, 'data'), port, controller))
  const java = (...args) => run('java', ['-cp', path.join(folder, 'lib', '*'), ...args])
  const { stdout } = await java('kafka.tools.StorageTool', 'random-uuid')
  const id = stdout.trim().split('\n').at(-1)
  await java('kafka.tools.StorageTool', 'format', '-t', id, '-c', config, '--standalone')
  const broker = spawn('java', ['-Xmx1g', '-Xms512m', '-cp', path.join(folder, 'lib', '*'), 'kafka.Kafka', config], {
    stdio: 'ignore',
  })
  const exited = once(broker, 'exit')
  process.once('exit', () => broker.kill('SIGKILL'))
  const stop = async () => {
    if (broker.exitCode === null && broker.signalCode === null) broker.kill('SIGKILL')
    await exited
    await rm(root, { recursive: true, force: true })
  }
  try {
    await waitForPort(port, broker)
  } catch (error) {
    await stop()
    throw error
  }
  return { bootstrap: `127.0.0.1:${port}`, stop }
}

function properties(data, port, controller) {
  return `process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.quorum.bootstrap.servers=127.0.0.1:${controller}
inter.broker.listener.name=PLAINTEXT
log.dirs=${data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.retention.ms=-1
`
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

async function waitForPort(port, broker) {
  const deadline = performance.now() + START_DEADLINE_MS
  while (!(await takesConnections(port))) {
    if (broker.exitCode !== null) throw new Error(`Kafka ended with ${broker.exitCode} before it took connections`)
    if (performance.now() > deadline) throw new Error(`Kafka took no connections within ${START_DEADLINE_MS} ms`)
    await delay(100)
  }
}

function takesConnections(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
