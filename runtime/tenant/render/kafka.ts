import type { QuotasNode } from '#spec'
import { tenantNames } from '../names.ts'
import type { Rendered, RenderInput } from './renderer.ts'

/** What an authorizer of the broker lets the clients of a tenant do. Every name ends with a dot: see `tenantNames`. */
interface Acl {
  readonly principal: string
  readonly resourceType: 'topic' | 'group' | 'transactionalId'
  readonly name: string
  readonly patternType: 'prefixed'
  readonly operations: readonly string[]
}

/** Topics, access and quotas of a tenant in the broker. `smelt tenant apply` makes the topics. */
export function renderKafka(input: RenderInput): Rendered {
  const { tenant, environment } = input
  const { principal, topicPrefix, clientPrefix, rendered } = tenantNames(tenant)
  const acl = (resourceType: Acl['resourceType'], name: string, operations: readonly string[]): Acl => ({
    principal,
    resourceType,
    name,
    patternType: 'prefixed',
    operations,
  })
  const document = {
    tenant: tenant.key,
    topics: topicsOf(input),
    acls: [
      acl('topic', topicPrefix, ['Read', 'Write', 'Describe']),
      acl('group', clientPrefix, ['Read', 'Describe']),
      acl('transactionalId', clientPrefix, ['Write', 'Describe']),
    ],
    quotas: quotasOf(tenant.quotas),
  }
  return new Map([[`${rendered(environment)}/kafka.json`, `${JSON.stringify(document, null, 2)}\n`]])
}

/** The topics that the pipelines of a tenant read, each once and in order. */
export function topicsOf({ tenant, instances }: Pick<RenderInput, 'tenant' | 'instances'>): string[] {
  const { topicPrefix } = tenantNames(tenant)
  const topics = instances.flatMap(({ node }) => node.sources.map((source) => topicPrefix + source.node.topic.value))
  return [...new Set(topics)].sort()
}

/** Under the names that a broker has for them. */
function quotasOf(quotas: QuotasNode = {}): Readonly<Record<string, number>> {
  const { produceBytesPerSecond, consumeBytesPerSecond } = quotas
  return {
    ...(produceBytesPerSecond !== undefined && { producer_byte_rate: produceBytesPerSecond }),
    ...(consumeBytesPerSecond !== undefined && { consumer_byte_rate: consumeBytesPerSecond }),
  }
}
