import type { Host } from '../host.ts'
import { openHealth, type Health } from './health.ts'
import type { HealthAddress } from './health-address.ts'
import { serveHealth } from './health-server.ts'

/** Does `work`, and answers probes about `instances` meanwhile. Throws cli/cannot-listen before it begins. */
export async function withHealth<T>(
  { clock }: Pick<Host, 'clock'>,
  { instances, address }: { readonly instances: readonly string[]; readonly address: HealthAddress },
  work: (health: Health) => Promise<T>,
): Promise<T> {
  const health = openHealth(instances, clock)
  const server = await serveHealth(address, () => health.report())
  try {
    return await work(health)
  } finally {
    await server.close()
  }
}
