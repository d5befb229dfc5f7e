import type { QuotasNode, TenantNode } from '#spec'
import { tenantNames } from '../names.ts'
import type { Rendered, RenderInput } from './renderer.ts'

/** What the clients of a tenant may do to what begins with a prefix of its own. Every one ends with a dot: see `tenantNames`. */
export interface TenantGrant {
  readonly resource: 'topic' | 'group' | 'transactional-id'
  readonly prefix: string
  readonly operations: readonly ('read' | 'write' | 'describe')[]
}

/** All that the clients of a tenant may do at the broker. */
export function grantsOf(tenant: Pick<TenantNode, 'key' | 'file'>): TenantGrant[] {
  const { topicPrefix, clientPrefix } = tenantNames(tenant)
  return [
    { resource: 'topic', prefix: topicPrefix, operations: ['read', 'write', 'describe'] },
    { resource: 'group', prefix: clientPrefix, operations: ['read', 'describe'] },
    { resource: 'transactional-id', prefix: clientPrefix, operations: ['write', 'describe'] },
  ]
}

/** The words of Kafka's own tools. */
const RESOURCE_TYPE = { topic: 'topic', group: 'group', 'transactional-id': 'transactionalId' } as const
const OPERATION = { read: 'Read', write: 'Write', describe: 'Describe' } as const

/** Topics, access and quotas of a tenant in the broker, as `smelt tenant apply` puts them there. */
export function renderKafka(input: RenderInput): Rendered {
  const { tenant, environment } = input
  const { principal, rendered } = tenantNames(tenant)
  const document = {
    tenant: tenant.key,
    topics: topicsOf(input),
    acls: grantsOf(tenant).map(({ resource, prefix, operations }) => ({
      principal,
      resourceType: RESOURCE_TYPE[resource],
      name: prefix,
      patternType: 'prefixed',
      operations: operations.map((each) => OPERATION[each]),
    })),
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
function quotasOf(quotas: Partial<QuotasNode> = {}): Readonly<Record<string, number>> {
  const { produceBytesPerSecond, consumeBytesPerSecond } = quotas
  return {
    ...(produceBytesPerSecond !== undefined && { producer_byte_rate: produceBytesPerSecond }),
    ...(consumeBytesPerSecond !== undefined && { consumer_byte_rate: consumeBytesPerSecond }),
  }
}
