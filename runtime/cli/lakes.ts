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
  { loaded }: { readonly loaded: Pick<OpenProject['loaded'], 'tenants'> },
  environment: Environment,
  work: (lakes: readonly TenantLake[]) => Promise<T>,
): Promise<T> {
  const { openStore } = await import('#lake')
  const lakes: TenantLake[] = []
  try {
    for (const { key } of loaded.tenants) {
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
  where: {
    readonly project: OpenProject
    readonly environment: Environment
    readonly mentionedIn?: string
    /** Nothing of any other tenant can be named then. */
    readonly tenant?: string
  },
  work: (query: LakeQuery) => Promise<T>,
): Promise<T> {
  const { project, environment, mentionedIn, tenant } = where
  const { openQuery } = await import('#engine')
  const within =
    tenant === undefined ? project.loaded.tenants : project.loaded.tenants.filter(({ key }) => key === tenant)
  return withLakes({ loaded: { tenants: within } }, environment, async (lakes) => {
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
