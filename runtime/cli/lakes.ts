import path from 'node:path'
import type { LakeQuery } from '#engine'
import type { ObjectStore } from '#lake'
import type { Environment } from './environment.ts'
import type { Host } from './host.ts'
import type { OpenProject } from './project.ts'

/** The lake of a tenant. */
export interface TenantLake {
  readonly tenant: string
  readonly store: ObjectStore
}

/** Opens the lakes of every tenant of the project, for reading, as long as `work` takes. */
export async function withLakes<T>(
  project: OpenProject,
  environment: Environment,
  work: (lakes: readonly TenantLake[]) => Promise<T>,
): Promise<T> {
  const { openStore } = await import('#lake')
  const lakes: TenantLake[] = []
  try {
    for (const { key } of project.loaded.tenants) {
      lakes.push({ tenant: key, store: await openStore(environment.store(key)) })
    }
    return await work(lakes)
  } finally {
    for (const { store } of lakes) await store.close()
  }
}

/** Opens the tables of every tenant for SQL; only those that `mentionedIn` names, when it is given. */
export async function withQuery<T>(
  host: Host,
  where: { readonly project: OpenProject; readonly environment: Environment; readonly mentionedIn?: string },
  work: (query: LakeQuery) => Promise<T>,
): Promise<T> {
  const { project, environment, mentionedIn } = where
  const { openQuery } = await import('#engine')
  return withLakes(project, environment, async (lakes) => {
    const query = await openQuery({
      lakes,
      clock: host.clock,
      memoryLimitBytes: environment.node.engine.memoryLimitBytes,
      threads: environment.node.engine.threads ?? host.cores,
      scratch: path.join(host.temporaryFolder, `smelt-${host.user}`),
      ...(mentionedIn === undefined ? {} : { mentionedIn }),
    })
    try {
      return await work(query)
    } finally {
      await query.close()
    }
  })
}
