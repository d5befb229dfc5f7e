import { Option } from 'commander'
import { diagnostic, nearestMatch, smeltError } from '#diagnostics'
import type { Call, CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { openLines } from '../lines.ts'
import { checkTenant, openProject, type OpenProject } from '../project.ts'
import { report } from '../report.ts'

const DEFAULT_PARTITIONS = 4
const BATCH_RECORDS = 5_000
const BATCH_BYTES = 4 << 20

/** `smelt produce` */
export const produce: CliCommand = {
  usage: 'produce <topic>',
  summary: 'send the lines of a file to a topic, one record each',
  details:
    'The topic is written `<tenant>.<topic>` and is created when it is missing. A line is sent as it stands, byte for ' +
    'byte, whether it is valid or not; blank lines are passed over. With --key, the value of that top-level field is the key of ' +
    'the record, so records of one key stay in order; a line without it is sent without a key.',
  options: [
    new Option('--file <path>', 'the file, one JSON value per line; `-` reads standard input').makeOptionMandatory(),
    new Option('--key <field>', 'the field whose value is the key'),
    new Option('--partitions <n>', `topic partitions of a topic that is created (default: ${DEFAULT_PARTITIONS})`),
  ],
  examples: [
    ['smelt produce acme.inventory --file day.ndjson --key device_id', 'sends a file, in order per device'],
    ['cat day.ndjson | smelt produce acme.inventory --file - --env kafka', 'sends standard input to Kafka'],
  ],
  async run(call) {
    const { host, globals, args, text } = call
    const topic = args[0] ?? ''
    const partitions = partitionsOf(text('partitions'))
    const project = openProject(host, globals)
    const environment = openEnvironment(host, globals, project)
    checkTopic(call, project, topic)
    const file = text('file') ?? '-'
    const lines = openLines(host, file)
    const { openBroker, recordKey } = await import('#stream')
    const broker = await openBroker(environment.broker())
    try {
      const created = (await broker.createTopic(topic, { partitions })) === 'created'
      const producer = await broker.producer()
      const field = text('key')
      const keyed = async function* (): AsyncGenerator<Keyed> {
        for await (const value of lines) yield { value, key: field === undefined ? undefined : recordKey(value, field) }
      }
      const sent = await sendAll(keyed(), (records) => producer.send(topic, records))
      await producer.close()
      if (globals.json) host.stdout.write(`${JSON.stringify({ topic, created, ...sent })}\n`)
      else host.stdout.write(`${summary(topic, created, text('key'), sent)}\n`)
    } finally {
      await broker.close()
    }
    return EXIT.fine
  },
}

interface Sent {
  readonly records: number
  readonly bytes: number
  readonly withoutKey: number
}

/** A line; its key is null where it has none, and undefined where none is asked for. */
interface Keyed {
  readonly key: Buffer | null | undefined
  readonly value: Buffer
}

async function sendAll(
  lines: AsyncIterable<Keyed>,
  send: (records: { key: Buffer | null; value: Buffer }[]) => Promise<unknown>,
): Promise<Sent> {
  let sent = { records: 0, bytes: 0, withoutKey: 0 }
  let batch: { key: Buffer | null; value: Buffer }[] = []
  let batchBytes = 0
  for await (const { key, value } of lines) {
    batch.push({ key: key ?? null, value })
    batchBytes += value.length
    sent = {
      records: sent.records + 1,
      bytes: sent.bytes + value.length,
      withoutKey: sent.withoutKey + (key === null ? 1 : 0),
    }
    if (batch.length < BATCH_RECORDS && batchBytes < BATCH_BYTES) continue
    await send(batch)
    batch = []
    batchBytes = 0
  }
  if (batch.length > 0) await send(batch)
  return sent
}

/** The topic must be one of a tenant of the project; one that no pipeline reads is told, and written all the same. */
function checkTopic({ host, globals }: Call, project: OpenProject, topic: string): void {
  const dot = topic.indexOf('.')
  if (dot < 1 || dot === topic.length - 1) {
    throw smeltError('cli/bad-usage', {
      detail: `\`${topic}\` does not name a topic of a tenant, such as \`acme.inventory\``,
      command: 'smelt produce',
    })
  }
  const tenant = topic.slice(0, dot)
  checkTenant(project, tenant)
  const read = project.loaded.instances
    .filter((each) => each.tenant.key === tenant)
    .flatMap(({ node }) => node.sources.map((source) => `${tenant}.${source.node.topic.value}`))
  if (read.includes(topic)) return
  const warning = diagnostic('cli/unread-topic', { topic, nearest: nearestMatch(topic, read), known: read })
  report(host.stderr, [warning], globals)
}

function partitionsOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PARTITIONS
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count
  throw smeltError('cli/bad-usage', {
    detail: `\`--partitions\` must be a number from 1 to 10000, not \`${text}\``,
    command: 'smelt produce',
  })
}

function summary(
  topic: string,
  created: boolean,
  key: string | undefined,
  { records, bytes, withoutKey }: Sent,
): string {
  const missing = withoutKey === 0 ? '' : `; ${withoutKey} without a value of \`${key ?? ''}\` went without a key`
  return `${created ? 'created the topic and ' : ''}sent ${records} records (${bytes} bytes) to ${topic}${missing}`
}
