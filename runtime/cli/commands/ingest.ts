import path from 'node:path'
import { Option } from 'commander'
import { smeltError } from '#diagnostics'
import type { IngestLimits, IngestServer, LogLevel, LogLine, TokenBook } from '#ingest'
import { parseSize } from '#spec'
import { closeAll } from '../close-all.ts'
import type { Call, CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Host } from '../host.ts'
import { activeTenants } from '../ingest/active-tenants.ts'
import { servedTopics } from '../ingest/served-topics.ts'
import { checkActive } from '../instance/resolve-instance.ts'
import { lockHolder, takeRunLock } from '../instance/run-lock.ts'
import { checkTenant, openProject } from '../project.ts'
import { VERSION } from '../version.ts'

const DEFAULT_PORT = 8080
const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PARTITIONS = 4
const LEVELS = ['info', 'warn', 'error', 'none'] as const

/** `smelt ingest` */
export const ingest: CliCommand = {
  usage: 'ingest [tenant]',
  summary: 'take records over HTTP and send them to topics, checked against their contracts',
  details:
    'Records go to `POST /v1/<tenant>/<topic>`: one JSON value, NDJSON or a batch, plain or gzip, with a token of ' +
    '`smelt token create`. The answer names topic partition and offset of each record, once the broker has them. A request with ' +
    'a record that breaks the contract is refused whole; `?mode=accept` takes it, into quarantine. `GET /v1/openapi.json` ' +
    'describes it all. Serves the topics that the pipelines of the project read, as the files are at the start, until SIGTERM or ' +
    'Ctrl-C: requests in flight are finished. A tenant that is suspended meanwhile is refused until it is resumed. For TLS, put a proxy in front. A topic log has one writer, which is this ' +
    'process while records come; let go after a few seconds.',
  options: [
    new Option('--host <address>', `the address to listen on (default: ${DEFAULT_HOST})`),
    new Option('--port <n>', `the port to listen on; 0 is any that is free (default: ${DEFAULT_PORT})`),
    new Option('--state <dir>', 'a folder for what was answered to idempotency keys (default: `.smelt/ingest/<env>`)'),
    new Option('--max-body <size>', 'the most a body may have, before and after decompression (default: 8MiB)'),
    new Option('--memory <size>', 'the most of bodies to keep in memory; beyond, clients wait (default: 64MiB)'),
    new Option('--partitions <n>', `topic partitions of a topic that is created (default: ${DEFAULT_PARTITIONS})`),
    new Option('--log <level>', 'one JSON line for each request of at least this level (default: `info`)').choices(
      LEVELS,
    ),
  ],
  examples: [
    ['smelt ingest', 'serves every tenant on 127.0.0.1:8080'],
    ['smelt ingest acme --env kafka --host 0.0.0.0 --port 80', 'serves one tenant to the network'],
  ],
  async run(call) {
    const { host, globals, args } = call
    const limits = limitsOf(call)
    const project = openProject(host, globals)
    const environment = openEnvironment(host, globals, project)
    const [tenant] = args
    if (tenant !== undefined) checkActive({ tenant, state: checkTenant(project, tenant).state })
    const topics = servedTopics(project, tenant)
    if (topics.length === 0) {
      const what = tenant === undefined ? 'The project' : `The tenant \`${tenant}\``
      throw smeltError('ingest/nothing-to-serve', { what })
    }
    const state = path.resolve(project.root, call.text('state') ?? path.join('.smelt', 'ingest', environment.name))
    const closers: (() => unknown)[] = [lockState(host, state)]
    try {
      const [{ DEFAULT_LIMITS, openIngest, openTokenBook }, { openBroker }, { openStore }] = await Promise.all([
        import('#ingest'),
        import('#stream'),
        import('#lake'),
      ])
      const log = logOf(call)
      const broker = await openBroker({
        ...environment.broker(),
        onNotice: ({ code, message }) => log({ event: 'notice', level: 'warn', diagnostic: { code, message } }),
      })
      closers.push(() => broker.close())
      const tokens = new Map<string, TokenBook>()
      for (const each of new Set(topics.map((topic) => topic.tenant))) {
        const store = await openStore(environment.store(each))
        closers.push(() => store.close())
        tokens.set(each, openTokenBook(store, host.clock))
      }
      const server = await openIngest({
        broker,
        topics,
        tokens,
        isActive: activeTenants(host, project),
        address: { host: call.text('host') ?? DEFAULT_HOST, port: numberOf(call, 'port', DEFAULT_PORT, 65_535) },
        stateFolder: state,
        partitions: numberOf(call, 'partitions', DEFAULT_PARTITIONS, 10_000),
        limits: { ...DEFAULT_LIMITS, ...limits },
        version: VERSION,
        clock: host.clock,
        log,
      })
      log({ event: 'listening', level: 'info', url: server.url, topics: topics.length })
      return await untilStopped(host, server, log)
    } finally {
      await closeAll(closers)
    }
  },
}

/** The first signal drains; a second one does not wait. */
function untilStopped(host: Host, server: IngestServer, log: (line: LogLine) => void): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    let signals = 0
    host.onStopSignal(() => {
      signals += 1
      if (signals > 1) host.crash()
      if (signals !== 1) return
      log({ event: 'draining', level: 'info' })
      server.drain().then((whole) => {
        log({ event: 'ended', level: whole ? 'info' : 'error' })
        resolve(whole ? EXIT.fine : EXIT.external)
      }, reject)
    })
  })
}

function logOf({ host, text }: Call): (line: LogLine) => void {
  const wanted = LEVELS.findIndex((level) => level === (text('log') ?? 'info'))
  const rank = (level: LogLevel): number => LEVELS.indexOf(level)
  return (line) => {
    // Where it listens is told in any case: with port 0 nobody could know.
    if (line.event !== 'listening' && rank(line.level) < wanted) return
    host.stdout.write(`${JSON.stringify({ time: new Date(host.clock()).toISOString(), ...line })}\n`)
  }
}

function lockState(host: Host, folder: string): () => void {
  const locked = { storeRoot: folder, pipeline: 'ingest', instance: 'ingest' }
  const pid = lockHolder(host, locked)
  if (pid !== undefined) throw smeltError('ingest/already-running', { folder, pid })
  return takeRunLock(host, locked)
}

const MIB = 1 << 20

/** All of a body, and of its decompression, must find room. */
function limitsOf(call: Call): Partial<IngestLimits> {
  const maxBodyBytes = sizeOf(call, 'maxBody', 8 * MIB)
  const maxBytesInFlight = sizeOf(call, 'memory', Math.max(64 * MIB, 4 * maxBodyBytes))
  if (maxBytesInFlight < 2 * maxBodyBytes) {
    throw bad('`--memory` must be at least twice `--max-body`: a tenant may take half of it')
  }
  return { maxBodyBytes, maxBytesInFlight, maxTenantBytesInFlight: Math.floor(maxBytesInFlight / 2) }
}

function sizeOf({ text }: Call, option: 'maxBody' | 'memory', otherwise: number): number {
  const given = text(option)
  if (given === undefined) return otherwise
  const bytes = parseSize(given)
  if (bytes !== undefined && bytes >= 1024 && bytes <= 2 ** 30) return bytes
  const name = option === 'maxBody' ? '--max-body' : '--memory'
  throw bad(`\`${name}\` must be a size from 1KiB to 1GiB such as \`16MiB\`, not \`${given}\``)
}

function numberOf({ text }: Call, option: 'port' | 'partitions', otherwise: number, most: number): number {
  const given = text(option)
  const least = option === 'port' ? 0 : 1
  const number = given === undefined ? otherwise : /^[0-9]{1,5}$/.test(given) ? Number(given) : -1
  if (number >= least && number <= most) return number
  throw bad(`\`--${option}\` must be a number from ${least} to ${most}, not \`${given ?? ''}\``)
}

function bad(detail: string): Error {
  return smeltError('cli/bad-usage', { detail, command: 'smelt ingest' })
}
