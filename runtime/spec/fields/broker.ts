import { withoutLogin, withoutLogins } from '../kinds/address.ts'
import { shortOrLong } from '../kinds/either.ts'
import { boolean } from '../kinds/boolean.ts'
import { choice } from '../kinds/choice.ts'
import { defaulted, optional, required } from '../kinds/field.ts'
import { mapKind, type Kind } from '../kinds/kind.ts'
import { list } from '../kinds/list.ts'
import { noun } from '../kinds/noun.ts'
import { secretName, textOrSecret } from '../kinds/secret.ts'
import { text, textLike } from '../kinds/text.ts'
import type { EnvironmentNode, Located } from '../nodes.ts'
import { reportAt, fieldName } from '../reading.ts'

type Broker = EnvironmentNode['broker']
type Kafka = Extract<Broker, { kind: 'kafka' }>

const SERVER = /^(?:[A-Za-z0-9._-]+|\[[\da-fA-F:.]+\]):\d{1,5}$/
const INSTEAD = 'Write the server without them, and name them in `sasl`, its `password` as `${secrets.NAME}`.'
const server = withoutLogin(textLike(SERVER, 'a server such as `localhost:9092`'), INSTEAD)

const tls = noun({
  name: 'TLS setting',
  doc: 'TLS with files of your own, as PEM.',
  fields: {
    ca: optional(text, { doc: 'The certificates that are trusted.', example: 'certs/ca.pem' }),
    cert: optional(text, { doc: 'The certificate of the client.', example: 'certs/client.pem' }),
    key: optional(secretName, { doc: 'The key of the client.', example: '${secrets.KAFKA_CLIENT_KEY}' }),
  },
  rules: [
    { kind: 'requires', field: 'cert', other: 'key', example: '${secrets.KAFKA_CLIENT_KEY}' },
    { kind: 'requires', field: 'key', other: 'cert', example: 'certs/client.pem' },
  ],
  build: ({ ca, cert, key }): Exclude<NonNullable<Kafka['tls']>, boolean> => ({
    ...(ca === undefined ? {} : { ca: ca.value }),
    ...(cert === undefined ? {} : { cert: cert.value }),
    ...(key === undefined ? {} : { key }),
  }),
})

const sasl = noun({
  name: 'SASL setting',
  doc: 'How the client says who it is.',
  fields: {
    mechanism: defaulted(choice(['plain', 'scram-sha-256', 'scram-sha-512']), 'scram-sha-512', {
      doc: 'The SASL mechanism.',
    }),
    username: required(textOrSecret, { doc: 'The user.', example: 'smelt' }),
    password: required(secretName, { doc: 'The password.', example: '${secrets.KAFKA_PASSWORD}' }),
  },
  build: ({ mechanism, username, password }): NonNullable<Kafka['sasl']> => ({
    mechanism: mechanism.value,
    username,
    password,
  }),
})

const kafka = noun({
  name: 'Kafka broker',
  doc: 'A Kafka cluster.',
  fields: {
    bootstrap: required(shortOrLong(withoutLogin(commaList(), INSTEAD), list(server)), {
      doc: 'The servers to start from: a list, or a text with commas.',
      example: '[localhost:9092]',
    }),
    tls: optional(
      shortOrLong(
        mapKind(boolean, ({ value }): boolean => value),
        tls,
      ),
      {
        doc: 'Encrypts the connection: `true`, or certificates of your own.',
        example: 'true',
      },
    ),
    sasl: optional(sasl, {
      doc: 'Authentication.',
      example: '{ username: smelt, password: "${secrets.KAFKA_PASSWORD}" }',
    }),
  },
  build: (values): Kafka => ({ kind: 'kafka', ...values }),
})

/** `broker:` of an environment. */
export const broker = noun({
  name: 'broker',
  doc: 'Where the topics are.',
  fields: {
    topic_log: optional(text, {
      doc: 'A folder with topics on this machine, relative to the project. Needs no broker.',
      example: '.smelt/topics',
    }),
    kafka: optional(kafka, { doc: 'A Kafka cluster.', example: '{ bootstrap: [localhost:9092] }' }),
  },
  rules: [{ kind: 'exactly-one', fields: ['topic_log', 'kafka'] }],
  build: ({ topicLog, kafka: cluster }): Broker | undefined => {
    if (cluster !== undefined) return cluster
    return topicLog === undefined ? undefined : { kind: 'topic-log', folder: topicLog }
  },
})

function commaList(): Kind<readonly Located<string>[]> {
  const expects = 'servers such as `localhost:9092,localhost:9093`'
  const one = SERVER.source.slice(1, -1)
  return {
    expects,
    shape: { type: 'text', pattern: `^\\s*${one}\\s*(?:,\\s*${one}\\s*)*$`, expects },
    read: (node, reading) => {
      const all = text.read(node, reading)
      if (all === undefined) return undefined
      const servers = all.value.split(',').map((each) => ({ ...all, value: each.trim() }))
      const wrong = servers.find(({ value }) => !SERVER.test(value))
      if (wrong === undefined) return servers
      const params = { field: fieldName(node), value: withoutLogins(wrong.value), expected: server.expects }
      reportAt(reading, 'spec/bad-value', params, node)
      return undefined
    },
  }
}
