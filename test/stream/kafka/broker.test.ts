import { open, readdir } from 'node:fs/promises'
import path from 'node:path'
import { openBroker } from '#stream'
import { describeBroker } from '../../conformance/broker.ts'
import { startKafka } from '../../support/kafka.ts'
import { describeWithParts } from '../../support/parts.ts'

describeWithParts(['kafka'], 'a real Kafka broker', ({ kafka: folder = '' }) => {
  describeBroker('kafka', async () => {
    const kafka = await startKafka(folder)
    return {
      open: () => openBroker({ kind: 'kafka', brokers: [kafka.bootstrap] }),
      stop: () => kafka.stop(),
      async flipByte(topic, partition) {
        const data = kafka.partitionFolder(topic, partition)
        const segment = (await readdir(data)).find((name) => name.endsWith('.log'))
        const file = await open(path.join(data, segment ?? ''), 'r+')
        const byte = Buffer.alloc(1)
        await file.read(byte, 0, 1, 200)
        byte[0] = (byte[0] ?? 0) ^ 1
        await file.write(byte, 0, 1, 200)
        await file.close()
      },
      async restart() {
        await kafka.kill()
        await kafka.start()
      },
    }
  })
})
