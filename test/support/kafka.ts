import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A Kafka broker of our own: one process, its data in a folder of its own, on free ports of 127.0.0.1. */
export interface TestKafka {
  readonly bootstrap: string
  /** The port it listens on itself, whatever it advertises. */
  readonly port: number
  /** With `secure`: listeners that want SASL/PLAIN or TLS, and the certificate of the latter as PEM. */
  readonly secure?: { readonly sasl: string; readonly tls: string; readonly certificate: string }
  /** The folder of one topic partition's segment files. */
  partitionFolder(topic: string, partition: number): string
  /** Kills the process without warning. */
  kill(): Promise<void>
  /** Starts it again on the same data and ports. */
  start(): Promise<void>
  /** Stops the process and removes its data. */
  stop(): Promise<void>
  /** Runs steps of broker-scenarios.java, which writes and reads with Kafka's own Java client, in one process. */
  runJava(steps: readonly JavaStep[]): Promise<void>
}

export type JavaStep = readonly [scenario: string, topic: string, argument?: string]

export interface KafkaOptions {
  /** More lines for server.properties; a later line wins. */
  readonly properties?: Readonly<Record<string, string>>
  /** The port of 127.0.0.1 that clients are told to use, such as that of a proxy. */
  readonly advertise?: number
  /** Adds listeners for SASL (users `alice` and `bob`, password `<name>-secret`) and TLS, and denies what no ACL allows. */
  readonly secure?: boolean
}

const run = promisify(execFile)
/** A busy machine takes its time. */
const START_DEADLINE_MS = 150_000
/** A process that lives for seconds loses by being compiled well. */
const SOON = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
const JAVA_SOURCE = fileURLToPath(new URL('./broker-scenarios.java', import.meta.url))

/** Formats and starts a broker from the jars in `folder` (the part `kafka`); resolves when its port takes connections. */
export async function startKafka(folder: string, options: KafkaOptions = {}): Promise<TestKafka> {
  const root = await mkdtemp(path.join(tmpdir(), 'smelt-kafka-'))
  const [port = 0, controller = 0, saslPort = 0, tlsPort = 0] = await freePorts(4)
  const config = path.join(root, 'server.properties')
  const lines = properties(path.join(root, 'data'), port, controller, options.advertise ?? port)
  if (options.secure) Object.assign(lines, await secureProperties(root, lines, saslPort, tlsPort))
  Object.assign(lines, options.properties)
  await writeFile(
    config,
    Object.entries(lines).map(([key, value]) => `${key}=${value}\n`),
  )
  const classpath = path.join(folder, 'lib', '*')
  const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', config, '--standalone']
  await run('java', [...SOON, '-cp', classpath, ...format])
  const bootstrap = `127.0.0.1:${options.advertise ?? port}`
  let broker: ChildProcess | undefined

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = broker
    broker = undefined
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const exited = once(running, 'exit')
    running.kill(signal)
    await exited
  }

  const kafka: TestKafka = {
    bootstrap,
    port,
    ...(options.secure && {
      secure: {
        sasl: `127.0.0.1:${saslPort}`,
        tls: `127.0.0.1:${tlsPort}`,
        certificate: await readFile(path.join(root, 'broker.pem'), 'utf8'),
      },
    }),
    partitionFolder: (topic, partition) => path.join(root, 'data', `${topic}-${partition}`),
    kill: () => end('SIGKILL'),
    async start() {
      const args = ['-Xmx512m', '-Xms256m', ...SOON, '-cp', classpath, 'kafka.Kafka', config]
      broker = spawn('java', args, { stdio: 'ignore' })
      await waitForPort(port, broker)
    },
    async stop() {
      await end('SIGKILL')
      await rm(root, { recursive: true, force: true })
    },
    async runJava(steps) {
      const args = steps.map((step) => step.join(','))
      await run('java', ['-Xmx512m', ...SOON, '-cp', classpath, JAVA_SOURCE, bootstrap, ...args])
    },
  }
  try {
    await kafka.start()
    return kafka
  } catch (error) {
    await kafka.stop()
    throw error
  }
}

/** As `StorageTool random-uuid` makes one: 16 bytes of which the first letter is no dash, which would look like an option. */
function clusterId(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0] ?? 0) & 0x7f
  return bytes.toString('base64url')
}

function properties(data: string, port: number, controller: number, advertised: number): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertised}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controller}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': data,
    'num.partitions': '4',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    'message.max.bytes': '10000000',
    'log.cleaner.backoff.ms': '200',
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
    'log.retention.ms': '-1',
  }
}

/** Two more listeners; who comes over the plain one may do everything, everyone else what an ACL allows. */
async function secureProperties(
  root: string,
  { listeners = '', 'advertised.listeners': advertised = '' }: Record<string, string>,
  saslPort: number,
  tlsPort: number,
): Promise<Record<string, string>> {
  const store = path.join(root, 'broker.p12')
  const keytool = ['-alias', 'broker', '-keystore', store, '-storepass', 'broker-secret']
  const subject = ['-dname', 'CN=127.0.0.1', '-ext', 'SAN=IP:127.0.0.1', '-validity', '2']
  await run('keytool', ['-genkeypair', '-keyalg', 'EC', '-storetype', 'PKCS12', ...subject, ...keytool])
  await run('keytool', ['-exportcert', '-rfc', '-file', path.join(root, 'broker.pem'), ...keytool])
  const users = ['alice', 'bob'].map((name) => `user_${name}="${name}-secret"`).join(' ')
  return {
    listeners: `${listeners},SASL://127.0.0.1:${saslPort},TLS://127.0.0.1:${tlsPort}`,
    'advertised.listeners': `${advertised},SASL://127.0.0.1:${saslPort},TLS://127.0.0.1:${tlsPort}`,
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.sasl.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${users};`,
    'listener.name.tls.ssl.keystore.location': store,
    'listener.name.tls.ssl.keystore.password': 'broker-secret',
    'listener.name.tls.ssl.keystore.type': 'PKCS12',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(async (server) => {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : 0
    }),
  )
  for (const server of servers) server.close()
  return ports
}

async function waitForPort(port: number, broker: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS
  while (!(await takesConnections(port))) {
    if (broker.exitCode !== null) throw new Error(`Kafka ended with ${broker.exitCode} before it took connections`)
    if (performance.now() > deadline) throw new Error(`Kafka took no connections within ${START_DEADLINE_MS} ms`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
