import { later, optional, required } from '../kinds/field.ts'
import type { Kind } from '../kinds/kind.ts'
import { literal } from '../kinds/literal.ts'
import { FOLDER_NAME, named, TABLE_NAME } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import { isMissing } from '../kinds/wrong-type.ts'
import { secret } from '../kinds/secret.ts'
import { text } from '../kinds/text.ts'
import type { TenantNode } from '../nodes.ts'
import { formatVersion } from './names.ts'
import { tenantId } from './tenant-id.ts'

type TenantPipeline = TenantNode['pipelines'][number]['node']

const infrastructure = 'Keep it in the infrastructure files of the tenant.'

const settings = noun({
  name: 'pipeline of a tenant',
  doc: 'How the tenant runs the pipeline.',
  fields: {
    params: optional(named(literal, 'param', TABLE_NAME), { doc: 'Values for params.', example: '{ eol_grace: 60d }' }),
  },
  build: ({ params }): TenantPipeline => ({ params: params ?? [] }),
})

/** A pipeline name with nothing behind it runs the pipeline with the defaults of its params. */
const tenantPipeline: Kind<TenantPipeline> = {
  ...settings,
  shape: { type: 'either', options: [settings.shape, { type: 'nothing' }] },
  read: (node, reading) =>
    node.kind === 'scalar' && (isMissing(node) || node.value === null) ? { params: [] } : settings.read(node, reading),
}

/** tenants/<tenant>.yaml */
export const tenant = noun({
  name: 'tenant',
  doc: 'One tenant and the pipelines it runs. Its key is the name of its file: its topics and tables start with it.',
  fields: {
    smelt: formatVersion,
    id: optional(tenantId, {
      doc: 'The id, which never changes: `t-`, ten symbols and a letter that checks them. `smelt tenant new` makes one.',
      example: 't-7kq3m9t4dhm',
    }),
    name: optional(text, { doc: 'The name for people.', example: 'Acme Corporation' }),
    pii_key: optional(secret, { doc: 'The key under which `pii: hash` hashes.', example: '${secrets.ACME_PII_KEY}' }),
    pipelines: required(named(tenantPipeline, 'pipeline', FOLDER_NAME), {
      doc: 'The pipelines that the tenant runs, with their params.',
      example: '{ inventory-compliance: {} }',
    }),
    region: later({ doc: 'Where the data of the tenant are.', meanwhile: infrastructure }),
    accounts: later({ doc: 'The cloud accounts of the tenant.', meanwhile: infrastructure }),
    classification: later({ doc: 'How sensitive the data of the tenant are.', meanwhile: infrastructure }),
    vpc_ids: later({ doc: 'The networks from which the data may be read.', meanwhile: infrastructure }),
  },
  build: ({ id, name, piiKey, pipelines }, at): TenantNode => ({
    file: at.span.file,
    key: at.span.file.replace(/^.*\//, '').replace(/\.ya?ml$/, ''),
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(piiKey === undefined ? {} : { piiKey }),
    pipelines,
  }),
})
