import { HTTP_ADDRESS, withoutLogin } from '../kinds/address.ts'
import { boolean } from '../kinds/boolean.ts'
import { optional, required } from '../kinds/field.ts'
import { noun } from '../kinds/noun.ts'
import { secretName, textOrSecret } from '../kinds/secret.ts'
import { text, textLike } from '../kinds/text.ts'
import type { EnvironmentNode } from '../nodes.ts'
import { reportAt } from '../reading.ts'

type Lake = EnvironmentNode['lake']
type S3 = Extract<Lake, { kind: 's3' }>

/** What of a tenant may stand in a name, in braces: its key, its id, and where it stands in the cloud. */
const BLANK = String.raw`\{(?:tenant|tenant_id|account_id|region)\}`
const REST = `(?:[a-z0-9.-]|${BLANK})`
const BUCKET = new RegExp(`^(?:[a-z0-9]${REST}|${BLANK})${REST}{0,61}$`)
/** One of them keeps the tenants apart. */
const OWN = /\{tenant(?:_id)?\}/

const endpointAddress = withoutLogin(
  textLike(HTTP_ADDRESS, 'a URL such as `http://127.0.0.1:9000`'),
  'Write the address without them, and name them in `access_key_id` and `secret_access_key` as `${secrets.NAME}`.',
)

const s3 = noun({
  name: 'S3 lake',
  doc: 'A lake on S3 or a store that speaks its protocol with conditional writes.',
  fields: {
    bucket: required(
      textLike(
        BUCKET,
        'a bucket name of lower-case letters, digits, hyphens, `{tenant}`, `{tenant_id}`, `{account_id}` and `{region}`',
      ),
      {
        doc:
          'The bucket. `{tenant}` stands for the key of the tenant, `{tenant_id}` for its id; one of them must stand here or in ' +
          '`prefix`. `{account_id}` and `{region}` are those of the environment of this name in the file of the tenant.',
        example: 'lake-{tenant}',
      },
    ),
    prefix: optional(textLike(/^[^/\s]\S*$/, 'a prefix without blanks and without a `/` in front'), {
      doc: 'The folder within the bucket. The same words in braces may stand in it.',
      example: 'lake/{tenant}',
    }),
    region: optional(text, { doc: 'The region; `{region}` is that of the tenant.', example: 'eu-central-1' }),
    endpoint: optional(endpointAddress, {
      doc: 'The address of a store other than AWS.',
      example: 'http://127.0.0.1:9000',
    }),
    path_style: optional(boolean, {
      doc: 'Whether the bucket is part of the path and not of the host.',
      example: 'true',
    }),
    access_key_id: optional(textOrSecret, {
      doc: 'The access key. Left out: the credentials of the machine.',
      example: '${secrets.S3_ACCESS_KEY_ID}',
    }),
    secret_access_key: optional(secretName, {
      doc: 'The secret of the access key.',
      example: '${secrets.S3_SECRET_ACCESS_KEY}',
    }),
  },
  rules: [
    {
      kind: 'requires',
      field: 'access_key_id',
      other: 'secret_access_key',
      example: '${secrets.S3_SECRET_ACCESS_KEY}',
    },
    { kind: 'requires', field: 'secret_access_key', other: 'access_key_id', example: '${secrets.S3_ACCESS_KEY_ID}' },
  ],
  build: ({ bucket, prefix, region, endpoint, pathStyle, ...keys }, _at, reading): S3 | undefined => {
    if (!OWN.test(bucket.value) && !OWN.test(prefix?.value ?? '')) {
      reportAt(reading, 'spec/shared-lake', { bucket: bucket.value }, prefix ?? bucket)
      return undefined
    }
    return {
      kind: 's3',
      bucket,
      ...(prefix === undefined ? {} : { prefix }),
      ...(region === undefined ? {} : { region: region.value }),
      ...(endpoint === undefined ? {} : { endpoint: endpoint.value }),
      ...(pathStyle === undefined ? {} : { pathStyle: pathStyle.value }),
      ...keys,
    }
  },
})

/** `lake:` of an environment. */
export const lake = noun({
  name: 'lake',
  doc: 'Where the tables are.',
  fields: {
    folder: optional(text, {
      doc: 'A folder on this machine, relative to the project. Each tenant has a folder of its own in it.',
      example: '.smelt/lake',
    }),
    s3: optional(s3, { doc: 'A bucket.', example: '{ bucket: "lake-{tenant}", region: eu-central-1 }' }),
  },
  rules: [{ kind: 'exactly-one', fields: ['folder', 's3'] }],
  build: ({ folder, s3: bucket }): Lake | undefined => {
    if (bucket !== undefined) return bucket
    return folder === undefined ? undefined : { kind: 'folder', folder }
  },
})
