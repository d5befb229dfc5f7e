// A bare HTTP server before a topic: it divides NDJSON into lines and sends them. No contract, no token, no limit, no key, no
// answer of where a record lies: the limit that `smelt ingest` is compared with.
//   node bench/bare-ingest.mjs '{"broker": {...}, "topic": "..."}'
import { createServer } from 'node:http'
import { openBroker } from '../dist/stream/index.js'

const { broker: config, topic } = JSON.parse(process.argv[2])
const broker = await openBroker(config)
const producer = await broker.producer()
const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const records = []
  for (let from = 0; from < body.length;) {
    const found = body.indexOf(0x0a, from)
    const end = found < 0 ? body.length : found
    if (end > from) records.push({ key: null, value: body.subarray(from, end) })
    from = end + 1
  }
  await producer.send(topic, records)
  response.end(`{"records":${records.length}}`)
})
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })))
process.once('SIGTERM', () => process.exit())
