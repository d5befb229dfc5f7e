import type { ClassificationNode } from '#spec'
import { handlingOf, mostSensitive } from '../handling.ts'
import { tenantNames } from '../names.ts'
import type { Rendered, RenderInput } from './renderer.ts'

const LAYERS = ['bronze', 'silver', 'gold', 'quarantine'] as const

/** The namespaces of a tenant in the catalog and how their data are handled, and the folder of its dashboards. */
export function renderLake({ tenant, environment }: RenderInput): Rendered {
  const names = tenantNames(tenant)
  const { classification } = tenant
  const namespaces = LAYERS.map((layer) => ({
    namespace: names.namespace(layer),
    ...(classification && {
      classification: classification[layer],
      readers: handlingOf(classification[layer]).readers,
    }),
  }))
  const document = {
    tenant: tenant.key,
    ...(tenant.id && { id: tenant.id.value }),
    ...(classification && ofTheWhole(classification)),
    namespaces,
    dashboards: names.dashboards,
    tags: Object.fromEntries(tenant.tags),
  }
  return new Map([[`${names.rendered(environment)}/lake.json`, `${JSON.stringify(document, null, 2)}\n`]])
}

/** A tenant has one bucket and one key, which are as its most sensitive layer wants them. */
function ofTheWhole(classification: ClassificationNode): Readonly<Record<string, number>> {
  const { noncurrentDays, keyDeletionDays } = handlingOf(mostSensitive(classification))
  return { noncurrent_days: noncurrentDays, key_deletion_days: keyDeletionDays }
}
