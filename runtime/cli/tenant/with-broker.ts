import type { Broker } from '#stream'
import type { Environment } from '../environment.ts'

/** Does something with the broker of an environment, which is closed afterwards. */
export async function withBroker<T>(environment: Environment, work: (broker: Broker) => Promise<T>): Promise<T> {
  const { openBroker } = await import('#stream')
  const broker = await openBroker(environment.broker())
  try {
    return await work(broker)
  } finally {
    await broker.close()
  }
}
