import { HTTP_ADDRESS, withoutLogin, withoutLogins } from '../kinds/address.ts'
import { choice } from '../kinds/choice.ts'
import { shortOrLong } from '../kinds/either.ts'
import { defaulted, optional, required } from '../kinds/field.ts'
import { integer } from '../kinds/integer.ts'
import { mapKind, type Kind } from '../kinds/kind.ts'
import { noun } from '../kinds/noun.ts'
import { duration } from '../kinds/quantity.ts'
import { secretName, textOrSecret } from '../kinds/secret.ts'
import { textLike } from '../kinds/text.ts'
import type { Located, MaybeSecret, Receiver, SinkNode } from '../nodes.ts'
import { fieldName, reportAt } from '../reading.ts'

type ReceiverNode = Receiver<Located<string>>

const url = withoutLogin(
  urlOrSecret(),
  'Write the address without them, and beside its `url` the field `authorization: ${secrets.NAME}` with the whole value of that header.',
)

const timeout = defaulted(duration(1), '10s', { doc: 'How long a request may be without an answer.' })
const authorization = optional(secretName, {
  doc: 'The value of the `Authorization` header.',
  example: '${secrets.SINK_AUTHORIZATION}',
})
const topic = textLike(/^[A-Za-z0-9._-]{1,200}$/, 'a topic name of letters, digits, `.`, `_` and `-`')
const TOPIC = {
  doc: 'The topic, without the tenant: `alerts` is the topic `<tenant>.alerts`, which must be there.',
  example: 'alerts',
}

const webhook = noun({
  name: 'webhook',
  doc: 'An address that takes each alert as a POST of one JSON object, its id as `Idempotency-Key`.',
  fields: {
    url: required(url, { doc: 'The address.', example: '${secrets.SECURITY_HOOK_URL}' }),
    signing_key: optional(secretName, {
      doc: 'Signs each request: `Smelt-Signature` is `t=<Unix seconds>,v1=<hex>`, the HMAC-SHA-256 of the time, a full stop and the body.',
      example: '${secrets.SECURITY_HOOK_KEY}',
    }),
    authorization,
    timeout,
  },
  build: ({ timeout: wait, ...values }): ReceiverNode => ({ kind: 'webhook', timeoutMs: wait.value, ...values }),
})

const elasticsearch = noun({
  name: 'search index',
  doc: 'An index of Elasticsearch or OpenSearch, in which each alert is a document.',
  fields: {
    url: required(url, { doc: 'The address of the server.', example: 'http://localhost:9200' }),
    index: required(
      textLike(/^[a-z0-9][a-z0-9._-]{0,199}$/, 'an index name of lower-case letters, digits, `.`, `_` and `-`'),
      {
        doc: 'The index, without the tenant: `compliance` is the index `<tenant>.compliance`.',
        example: 'compliance',
      },
    ),
    authorization,
    timeout,
  },
  build: ({ timeout: wait, ...values }): ReceiverNode => ({ kind: 'elasticsearch', timeoutMs: wait.value, ...values }),
})

const kafka = noun({
  name: 'alert topic',
  doc: 'A topic of the broker that the pipeline reads from. Records are JSON, keyed by the id columns.',
  fields: { topic: required(topic, TOPIC) },
  build: (values): ReceiverNode => ({ kind: 'kafka', ...values }),
})

/** An entry of `sinks:`. */
export const sink = noun({
  name: 'sink',
  doc: 'Where alerts are delivered: at least once, in order, each with an id that a repetition keeps.',
  fields: {
    webhook: optional(
      shortOrLong(
        mapKind(url, (value): ReceiverNode => ({ kind: 'webhook', url: value, timeoutMs: 10_000 })),
        webhook,
      ),
      {
        doc: 'An address that takes POST requests: the address alone, or more.',
        example: '${secrets.SECURITY_HOOK_URL}',
      },
    ),
    elasticsearch: optional(elasticsearch, {
      doc: 'An index of Elasticsearch or OpenSearch.',
      example: '{ url: "http://localhost:9200", index: compliance }',
    }),
    kafka: optional(
      shortOrLong(
        mapKind(topic, (value): ReceiverNode => ({ kind: 'kafka', topic: value })),
        kafka,
      ),
      { doc: 'A topic: its name alone, or more.', example: 'alerts' },
    ),
    max_backlog: defaulted(integer(1, 1_000_000), '10000', {
      doc: 'How many alerts may wait while the receiver does not take them.',
    }),
    on_full: defaulted(choice(['drop_oldest', 'stop']), 'drop_oldest', {
      doc: 'What becomes of a full backlog: the oldest alerts are dropped and counted (`drop_oldest`), or the pipeline stops before its next checkpoint until the receiver takes alerts again (`stop`).',
    }),
  },
  rules: [{ kind: 'exactly-one', fields: ['webhook', 'elasticsearch', 'kafka'] }],
  build: ({ webhook: hook, elasticsearch: search, kafka: log, maxBacklog, onFull }, at): SinkNode | undefined => {
    const receiver = hook ?? search ?? log
    if (receiver === undefined) return undefined
    return { span: at.span, receiver, maxBacklog: maxBacklog.value, onFull: onFull.value }
  },
})

function urlOrSecret(): Kind<MaybeSecret> {
  const expects = 'an address such as `https://example.org/hook`, or a secret such as `${secrets.NAME}`'
  return {
    expects,
    shape: { type: 'either', options: [{ type: 'text', pattern: HTTP_ADDRESS.source, expects }, { type: 'secret' }] },
    read: (node, reading) => {
      const value = textOrSecret.read(node, reading)
      if (typeof value !== 'string' || HTTP_ADDRESS.test(value)) return value
      const shown = withoutLogins(value).slice(0, 60)
      reportAt(reading, 'spec/bad-value', { field: fieldName(node), value: shown, expected: expects }, node)
      return undefined
    },
  }
}
