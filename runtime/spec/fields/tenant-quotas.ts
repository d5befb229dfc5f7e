import type { ContactsNode, QuotasNode } from '../tenant-nodes.ts'
import { optional, required } from '../kinds/field.ts'
import { integer } from '../kinds/integer.ts'
import { noun } from '../kinds/noun.ts'
import { size } from '../kinds/quantity.ts'
import { textLike } from '../kinds/text.ts'

const MAIL = textLike(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'a mail address such as `data@acme.example`')

/** `quotas:` of a tenant. */
export const quotas = noun({
  name: 'quotas',
  doc: 'What the tenant may use of what it shares with others.',
  fields: {
    produce_per_second: optional(size(), {
      doc: 'Bytes that its clients may write to the broker, per second and broker.',
      example: '20MB',
    }),
    consume_per_second: optional(size(), {
      doc: 'Bytes that its clients may read from the broker, per second and broker.',
      example: '40MB',
    }),
    cpu: optional(integer(1, 10_000), {
      doc: 'Cores that all its pods together are promised at most. Left out: what its instances need, and one more.',
      example: '8',
    }),
    memory: optional(size(), {
      doc: 'Memory of all its pods together. Left out: what its instances need, and one more.',
      example: '32GB',
    }),
  },
  build: ({ producePerSecond, consumePerSecond, cpu, memory }, at): QuotasNode => ({
    place: { span: at.span, pointer: at.pointer },
    ...(producePerSecond && { produceBytesPerSecond: producePerSecond.value }),
    ...(consumePerSecond && { consumeBytesPerSecond: consumePerSecond.value }),
    ...(cpu && { cpu: cpu.value }),
    ...(memory && { memoryBytes: memory.value }),
  }),
})

/** `contacts:` of a tenant. */
export const contacts = noun({
  name: 'contacts',
  doc: 'Who answers for the tenant.',
  fields: {
    owner: required(MAIL, { doc: 'Decides about the data.', example: 'data@acme.example' }),
    security: optional(MAIL, { doc: 'Is told of incidents.', example: 'security@acme.example' }),
    on_call: optional(MAIL, { doc: 'Is told when a pipeline stops.', example: 'oncall@acme.example' }),
  },
  build: ({ owner, security, onCall }): ContactsNode => ({
    owner: owner.value,
    ...(security && { security: security.value }),
    ...(onCall && { onCall: onCall.value }),
  }),
})
