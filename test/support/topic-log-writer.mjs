// A process that appends to a topic log until it is killed: prints how many records were acknowledged, line by line.
// node topic-log-writer.mjs <root> <topic>
import { createServer } from 'vite'

const [root, topic] = process.argv.slice(2)
const server = await createServer({
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, watch: null, ws: false },
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
})
const { openBroker } = await server.ssrLoadModule('/runtime/stream/index.ts')
const broker = await openBroker({ kind: 'topic-log', path: root })
const producer = await broker.producer()
for (let sent = 0; ;) {
  const records = Array.from({ length: 50 }, (_, index) => ({
    key: null,
    value: Buffer.from(String(sent + index)),
    partition: 0,
  }))
  await producer.send(topic, records)
  sent += records.length
  process.stdout.write(`${sent}\n`)
}
