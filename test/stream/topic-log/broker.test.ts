import { mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openBroker } from '#stream'
import { describeBroker } from '../../conformance/broker.ts'

describeBroker(
  'topic log',
  async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'smelt-log-'))
    return {
      open: () => openBroker({ kind: 'topic-log', path: root }),
      stop: () => rm(root, { recursive: true, force: true }),
      async flipByte(topic, partition) {
        const folder = path.join(root, topic, String(partition))
        const segment = (await readdir(folder)).find((name) => name.endsWith('.log'))
        const file = await open(path.join(folder, segment ?? ''), 'r+')
        const byte = Buffer.alloc(1)
        await file.read(byte, 0, 1, 200)
        byte[0] = (byte[0] ?? 0) ^ 1
        await file.write(byte, 0, 1, 200)
        await file.close()
      },
    }
  },
  { restart: 'there is no broker process; a writer that is killed is tested in topic-writer.test.ts' },
)
