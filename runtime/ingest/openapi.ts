import { codeEntry } from '#diagnostics'
import { MAX_REFUSED, STATUS, type AnswerCode } from './answer.ts'
import type { IngestLimits } from './limits.ts'
import type { ServedTopic } from './served-topic.ts'
import { BODY_FORMS } from './split-body.ts'

/** The parameters of a request that sends records, in the words of OpenAPI. */
export const PARAMETERS = [
  {
    name: 'mode',
    in: 'query',
    description: '`strict` takes no record of a request when one breaks the contract; `accept` takes all.',
    schema: { enum: ['strict', 'accept'], default: 'strict' },
  },
  {
    name: 'key',
    in: 'query',
    description: 'The top-level field whose value is the key of a record.',
    schema: { type: 'string', minLength: 1 },
  },
  {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'Names the request: the same again is answered as before and stores nothing.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  {
    name: 'X-Request-Id',
    in: 'header',
    description: 'Names the request in the answer and in the log of the server.',
    schema: { type: 'string', pattern: '^[\\w.:-]{1,128}$' },
  },
  {
    name: 'Content-Encoding',
    in: 'header',
    description: 'How the body is compressed.',
    schema: { enum: ['gzip', 'identity'] },
  },
] as const

/** The query parameters that there are. */
export const QUERY_PARAMETERS: readonly string[] = PARAMETERS.flatMap((each) =>
  each.in === 'query' ? [each.name] : [],
)

/**
 * The OpenAPI 3.1 document of a server: without topics its general form; with those that a token allows, one path for each,
 * whose body is the contract itself.
 */
export function openApi(
  topics: readonly ServedTopic[],
  { limits, version }: { readonly limits: IngestLimits; readonly version: string },
): object {
  const served = topics.map((each) => [`/v1/${each.tenant}/${each.topic}`, { post: operation(limits, each) }] as const)
  const general = ['/v1/{tenant}/{topic}', { parameters: PLACE, post: operation(limits) }] as const
  return {
    openapi: '3.1.0',
    info: {
      title: 'Smelt ingest',
      version,
      description: 'Takes records into topics, checked against their contracts.',
    },
    paths: Object.fromEntries<object>([...(served.length > 0 ? served : [general]), ...READS]),
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } }, schemas: SCHEMAS },
  }
}

const PLACE = ['tenant', 'topic'].map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))

const READS = [
  ['/healthz', 'The process answers.'],
  ['/readyz', 'Requests are taken; 503 while the server is ending.'],
  ['/v1/openapi.json', 'This document; with a token, of the topics that it allows.'],
].map(([path = '', summary]) => [path, { get: { summary, responses: { 200: { description: summary } } } }] as const)

const ref = (name: keyof typeof SCHEMAS): object => ({ $ref: `#/components/schemas/${name}` })

const SCHEMAS = {
  Stored: {
    type: 'object',
    required: ['request_id', 'topic', 'records', 'repeated', 'positions'],
    properties: {
      request_id: { type: 'string' },
      topic: { type: 'string' },
      records: { type: 'integer' },
      repeated: { type: 'boolean', description: 'Stored by an earlier request with the same idempotency key.' },
      positions: {
        type: 'array',
        description: 'Where each record lies, in their order.',
        items: {
          type: 'object',
          required: ['partition', 'offset'],
          properties: { partition: { type: 'integer' }, offset: { type: 'integer' } },
        },
      },
      refused: { $ref: '#/components/schemas/Refused' },
    },
  },
  Refused: {
    type: 'array',
    maxItems: MAX_REFUSED,
    items: {
      type: 'object',
      required: ['record', 'code', 'path', 'message', 'source'],
      properties: {
        record: { type: 'integer', description: 'Its place in the request, from 0.' },
        code: { type: 'string', description: 'As in the quarantine tables.' },
        path: { type: 'string', description: 'JSON pointer of the first fault.' },
        message: { type: 'string' },
        source: { type: 'string' },
        violations: { type: 'array', items: { type: 'object' } },
      },
    },
  },
  Problem: {
    type: 'object',
    required: ['request_id', 'error'],
    properties: {
      request_id: { type: 'string' },
      error: {
        type: 'object',
        required: ['code', 'message', 'why', 'fix'],
        properties: Object.fromEntries(['code', 'message', 'why', 'fix'].map((name) => [name, { type: 'string' }])),
      },
      refused: { $ref: '#/components/schemas/Refused' },
    },
  },
} as const

function operation(limits: IngestLimits, topic?: ServedTopic): object {
  return {
    summary: topic === undefined ? 'Sends records to a topic' : `Sends records to \`${topic.topic}\``,
    description: `A body has at most ${limits.maxBodyBytes} bytes, a record ${limits.maxRecordBytes}.`,
    security: [{ token: [] }],
    parameters: PARAMETERS,
    requestBody: { required: true, content: content(topic) },
    responses: responses(),
  }
}

function content(topic: ServedTopic | undefined): object {
  const value = valueSchema(topic)
  const schemas = {
    one: value,
    lines: { type: 'string', description: 'One JSON value per line.' },
    batch: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['value'],
        additionalProperties: false,
        properties: {
          value,
          key: { type: ['string', 'null'] },
          headers: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
          timestamp: { type: 'integer', description: 'Unix milliseconds.' },
        },
      },
    },
  }
  return Object.fromEntries([...BODY_FORMS].map(([type, form]) => [type, { schema: schemas[form] }]))
}

/** The contracts as they are written. An `$id` makes each a document of its own, in which its references are found. */
function valueSchema(topic: ServedTopic | undefined): object | true {
  if (topic === undefined) return true
  const schemas = new Map(
    topic.sources.map(({ contract: { file, schema } }) => [
      file,
      { $id: `urn:contract:${encodeURIComponent(file)}`, ...schema },
    ]),
  )
  const [first, ...rest] = schemas.values()
  return rest.length === 0 ? (first ?? true) : { allOf: [...schemas.values()] }
}

function responses(): object {
  const byStatus = new Map<number, AnswerCode[]>()
  for (const [code, status] of Object.entries(STATUS)) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), code as AnswerCode])
  }
  const problems = [...byStatus].map(([status, codes]) => {
    const description = codes.map((code) => `${code}: ${codeEntry(code).title}`).join('; ')
    return [String(status), { description, content: { 'application/json': { schema: ref('Problem') } } }] as const
  })
  const stored = { description: 'Stored.', content: { 'application/json': { schema: ref('Stored') } } }
  return Object.fromEntries<object>([['200', stored], ...problems])
}
