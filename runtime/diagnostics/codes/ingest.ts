import { entry } from '../entry.ts'

const client = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const
const passing = { severity: 'error', domain: 'external', retry: 'backoff', since: '0.1.0' } as const

const named = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')

function didYouMean(nearest: string | undefined, label: string, known: readonly string[]): string {
  if (nearest !== undefined) return `Did you mean \`${nearest}\`?`
  return known.length === 0 ? `There are no ${label}.` : `Known ${label}: ${named(known)}.`
}

const size = (bytes: number): string => `${bytes.toLocaleString('en-US')} bytes`

/** Why the ingest server does not take records, or cannot. */
export const ingestCodes = {
  'ingest/unauthorized': entry<object>({
    ...client,
    title: 'No valid token',
    message: () => 'The request carries no valid token',
    why: 'Records are taken from whoever holds a token of the tenant. What is wrong with a token is not told.',
    fix: 'Send `Authorization: Bearer <token>`; `smelt token create` makes a token, `smelt token list` shows which have expired.',
    example: {},
  }),
  'ingest/forbidden': entry<object>({
    ...client,
    title: 'Token is for something else',
    message: () => 'The token does not allow this path',
    why: 'A token is good for the topics of one tenant that it names. Whether anything else exists is not told.',
    fix: 'Correct the tenant and the topic in the path, or use a token that was made for them.',
    example: {},
  }),
  'ingest/suspended': entry<object>({
    ...client,
    title: 'Tenant takes no records',
    message: () => 'The tenant of the token takes no records at present',
    why: 'It is suspended. Nothing of the request was stored.',
    fix: 'Keep the records and send them once the tenant is resumed; who runs the service can say when.',
    example: {},
  }),
  'ingest/unknown-topic': entry<{ topic: string; nearest: string | undefined; known: readonly string[] }>({
    ...client,
    title: 'Topic that takes no records',
    message: ({ topic }) => `No pipeline of the tenant reads a topic \`${topic}\``,
    why: 'Records are checked against the contracts of the sources that read them, so a topic needs one.',
    fix: ({ nearest, known }) => didYouMean(nearest, 'topics', known),
    example: { topic: 'inventry', nearest: 'inventory', known: ['inventory', 'policy-rules'] },
  }),
  'ingest/unknown-path': entry<{ path: string }>({
    ...client,
    title: 'Nothing at this path',
    message: ({ path }) => `There is nothing at \`${path}\``,
    why: 'Records are sent to `/v1/<tenant>/<topic>`.',
    fix: 'See `/v1/openapi.json` for what there is.',
    example: { path: '/v1/acme' },
  }),
  'ingest/wrong-method': entry<{ method: string; allowed: string }>({
    ...client,
    title: 'Wrong method',
    message: ({ method, allowed }) => `\`${method}\` does nothing here; this path takes \`${allowed}\``,
    why: 'Records are sent with `POST`, everything else is read with `GET`.',
    fix: ({ allowed }) => `Send a \`${allowed}\` request.`,
    example: { method: 'PUT', allowed: 'POST' },
  }),
  'ingest/bad-parameter': entry<{ name: string; detail: string }>({
    ...client,
    title: 'Parameter not understood',
    message: ({ name, detail }) => `The parameter \`${name}\` is not understood: ${detail}`,
    why: 'A parameter that was passed over could mean something else than what was done.',
    fix: 'Correct it; `/v1/openapi.json` lists the parameters.',
    example: { name: 'mode', detail: 'it is `strict` or `accept`' },
  }),
  'ingest/unsupported-body': entry<{ header: string; value: string; known: readonly string[] }>({
    ...client,
    title: 'Form of the body not known',
    message: ({ header, value }) =>
      value === '' ? `The request has no \`${header}\`` : `The \`${header}\` \`${value}\` is not known`,
    why: 'How a body is divided into records is never guessed.',
    fix: ({ header, known }) => `Send \`${header}\` as one of ${named(known)}.`,
    example: { header: 'content-type', value: 'text/csv', known: ['application/json', 'application/x-ndjson'] },
  }),
  'ingest/bad-body': entry<{ detail: string }>({
    ...client,
    title: 'Body not understood',
    message: ({ detail }) => `The body cannot be divided into records: ${detail}`,
    why: 'No record of the request was taken.',
    fix: 'Correct the body and send it again.',
    example: { detail: 'it is not gzip' },
  }),
  'ingest/body-too-large': entry<{ limit: number }>({
    ...client,
    title: 'Body too large',
    message: ({ limit }) => `The body has more than ${size(limit)}, counted before and after decompression`,
    why: 'A bounded body keeps one client from taking the memory of all. No record of the request was taken.',
    fix: 'Send the records in several requests, or raise `--max-body`.',
    example: { limit: 8_388_608 },
  }),
  'ingest/record-too-large': entry<{ record: number; bytes: number; limit: number }>({
    ...client,
    title: 'Record too large',
    message: ({ record, bytes, limit }) => `Record ${record} has ${size(bytes)}; a topic takes at most ${size(limit)}`,
    why: 'A broker refuses a larger one together with all records that are sent beside it. No record of the request was taken.',
    fix: 'Send a smaller record, or a reference to what is large in it.',
    example: { record: 3, bytes: 2_000_000, limit: 1_000_000 },
  }),
  'ingest/body-timeout': entry<{ seconds: number }>({
    ...client,
    retry: 'backoff',
    title: 'Body came too slowly',
    message: ({ seconds }) => `The body was not there after ${seconds} s`,
    why: 'A request that never ends would keep its place for ever. No record of the request was taken.',
    fix: 'Send it again, in smaller requests where the line is slow.',
    example: { seconds: 30 },
  }),
  'ingest/records-refused': entry<{ refused: number; records: number }>({
    ...client,
    title: 'Records break the contract',
    message: ({ refused, records }) => `${refused} of ${records} records break the contract`,
    why: 'The tables would refuse them too. No record of the request was taken.',
    fix: 'Mend the records that `refused` names and send all again; `?mode=accept` takes them as they are, into quarantine.',
    example: { refused: 1, records: 3 },
  }),
  'ingest/key-reused': entry<object>({
    ...client,
    title: 'Idempotency key of another request',
    message: () => 'The idempotency key was used for other records',
    why: 'A key names one request, so that a repetition of it stores nothing twice.',
    fix: 'Take a new key for new records; send the same bytes with the same key only to repeat a request.',
    example: {},
  }),
  'ingest/busy': entry<object>({
    ...passing,
    title: 'Too much in flight',
    message: () => 'More is in flight than the server keeps in memory',
    why: 'Records wait for the broker in memory, and memory has a bound. No record of the request was taken.',
    fix: 'Send the request again after the seconds that `Retry-After` names.',
    example: {},
  }),
  'ingest/unavailable': entry<{ detail: string }>({
    ...passing,
    title: 'Records cannot be stored now',
    message: ({ detail }) => `The records cannot be stored now: ${detail}`,
    why: 'A record is acknowledged when the broker has it. Whether it has some of these is not known.',
    fix: 'Send the request again after the seconds that `Retry-After` names; with the same `Idempotency-Key` nothing is stored twice.',
    example: { detail: 'the broker cannot be reached' },
  }),
  'ingest/refused-by-broker': entry<{ detail: string }>({
    ...client,
    domain: 'external',
    title: 'Broker refuses the records',
    message: ({ detail }) => `The broker does not take the records as they are: ${detail}`,
    why: 'The same records would be refused again, a record without a key by a compacted topic for example.',
    fix: 'Send records that the topic takes, or change the settings of the topic.',
    example: { detail: 'INVALID_RECORD' },
  }),
  'ingest/draining': entry<object>({
    ...passing,
    title: 'Server is ending',
    message: () => 'The server is ending and takes no new requests',
    why: 'It finishes what it has taken and then ends. No record of the request was taken.',
    fix: 'Send the request again; another server takes it, or this one once it is back.',
    example: {},
  }),
  'ingest/address-taken': entry<{ address: string; detail: string }>({
    ...passing,
    title: 'Address cannot be listened on',
    message: ({ address, detail }) => `The server cannot listen on \`${address}\`: ${detail}`,
    why: 'Clients send their records to this address.',
    fix: 'Choose another address with `--host` and `--port`, or end the process that listens on it.',
    example: { address: '127.0.0.1:8080', detail: 'address already in use' },
  }),
  'ingest/already-running': entry<{ folder: string; pid: number }>({
    ...client,
    title: 'State of another server',
    message: ({ folder, pid }) => `The folder \`${folder}\` is used by the ingest server of process ${pid}`,
    why: 'The folder holds which requests were answered; two servers would not know of each other.',
    fix: 'Give this server a folder of its own with `--state`, or end the other.',
    example: { folder: '.smelt/ingest', pid: 4711 },
  }),
  'ingest/nothing-to-serve': entry<{ what: string }>({
    ...client,
    title: 'No topic takes records',
    message: ({ what }) => `${what} has no pipeline that reads a topic`,
    why: 'A server without a topic would refuse every record.',
    fix: 'List a pipeline in the file of a tenant.',
    example: { what: 'The tenant `acme`' },
  }),
  'ingest/unknown-token': entry<{ id: string; nearest: string | undefined; known: readonly string[] }>({
    ...client,
    title: 'Unknown token',
    message: ({ id }) => `The tenant has no token \`${id}\``,
    why: 'A token is named by the id that `smelt token list` shows.',
    fix: ({ nearest, known }) => didYouMean(nearest, 'tokens', known),
    example: { id: '5d1f0a9b3c42', nearest: '5d1f0a9b3c24', known: ['5d1f0a9b3c24'] },
  }),
  'ingest/damaged-token': entry<{ key: string; detail: string }>({
    ...client,
    domain: 'external',
    title: 'Token file cannot be read',
    message: ({ key, detail }) => `The token file \`${key}\` in the lake of the tenant is damaged: ${detail}`,
    why: 'A token whose file cannot be read is not good for anything.',
    fix: 'Revoke it with `smelt token revoke` and make a new one.',
    example: { key: 'state/.ingest/tokens/5d1f0a9b3c24.json', detail: 'it is not JSON' },
  }),
}
