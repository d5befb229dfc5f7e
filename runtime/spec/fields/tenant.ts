import { defaulted, optional } from '../kinds/field.ts'
import { asWritten } from '../kinds/as-written.ts'
import { choice } from '../kinds/choice.ts'
import type { Kind } from '../kinds/kind.ts'
import { distinct, list } from '../kinds/list.ts'
import { literal } from '../kinds/literal.ts'
import { FOLDER_NAME, named, TABLE_NAME, type NameRule } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import { isMissing } from '../kinds/wrong-type.ts'
import { secret } from '../kinds/secret.ts'
import { text, textLike } from '../kinds/text.ts'
import { JURISDICTIONS, jurisdictionOf, type Jurisdiction } from '../regions.ts'
import { reportAt } from '../reading.ts'
import { classification } from './classification.ts'
import type { TenantNode } from '../tenant-nodes.ts'
import { formatVersion } from './names.ts'
import { CLOUD_ENVIRONMENT, tenantEnvironment } from './tenant-environment.ts'
import { tenantId } from './tenant-id.ts'
import { contacts, quotas } from './tenant-quotas.ts'
import { withoutStrays } from './tenant-strays.ts'

type TenantPipeline = TenantNode['pipelines'][number]['node']

/** What Smelt sets itself says whose a thing is, so nobody else may. */
const TAG: NameRule = {
  pattern: /^(?!(?:tenant|tenant-id|environment|managed-by|role|data-classification(?:-.*)?)$)[a-z][a-z0-9-]{0,62}$/,
  says:
    'use lower-case letters, digits and hyphens, a letter first, at most 63, and no name that Smelt sets itself: ' +
    '`tenant`, `tenant-id`, `environment`, `managed-by`, `role`, `data-classification-...`',
}
const tagValue = textLike(
  /^(?=.*\S)[\p{L}\p{N} +\-=._:/@]{1,256}$/u,
  'a text of letters, digits, spaces and `+ - = . _ : / @`, at most 256',
)
const jurisdiction = choice(Object.keys(JURISDICTIONS) as Jurisdiction[])

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

const PIPELINES = '{ inventory-compliance: {} }'

/** What is told of a tenant whose environments want for something. */
const WITH_ENVIRONMENTS = [
  { field: 'id', example: 't-7kq3m9t4dhm' },
  { field: 'residency', example: '[eu]' },
  { field: 'classification', example: '{ bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }' },
]

/** tenants/<tenant>.yaml */
const declared = noun({
  name: 'tenant',
  doc: 'One tenant and the pipelines it runs. Its key is the name of its file: its topics and tables start with it.',
  fields: {
    smelt: formatVersion,
    id: optional(asWritten(tenantId), {
      doc: 'The id, which never changes: `t-`, ten symbols and a letter that checks them. `smelt tenant new` makes one, or prints it for a file that is there.',
      example: 't-7kq3m9t4dhm',
    }),
    name: optional(text, { doc: 'The name for people.', example: 'Acme Corporation' }),
    state: defaulted(choice(['active', 'suspended', 'offboarded']), 'active', {
      doc: 'A suspended tenant runs nothing and keeps its data. An offboarded one is gone for good; its file stays and reserves its key and id, and needs no more than `smelt`, `state` and its `id`.',
    }),
    pii_key: optional(secret, { doc: 'The key under which `pii: hash` hashes.', example: '${secrets.ACME_PII_KEY}' }),
    residency: optional(asWritten(distinct(list(jurisdiction))), {
      doc: 'In whose law the data may lie. Every region of the tenant must be there.',
      example: '[eu]',
    }),
    classification: optional(asWritten(classification), {
      doc: 'How sensitive the data are, layer by layer.',
      example: '{ bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }',
    }),
    environments: optional(asWritten(named(tenantEnvironment, 'environment', CLOUD_ENVIRONMENT)), {
      doc: 'Where the tenant stands in the cloud. Left out: nowhere.',
      example: '{ prod: { region: eu-central-1, account_id: "111122223333", vpc_ids: [vpc-0a4e76cf16be65766] } }',
    }),
    tags: optional(asWritten(named(tagValue, 'tag', TAG)), {
      doc: 'Tags of everything the tenant has in the cloud, beside those that Smelt sets.',
      example: '{ cost-center: "4711" }',
    }),
    quotas: optional(quotas, { doc: 'What the tenant may use of what is shared.', example: '{ cpu: 8 }' }),
    contacts: optional(contacts, {
      doc: 'Who answers for the tenant.',
      example: '{ owner: data@acme.example }',
    }),
    pipelines: optional(named(tenantPipeline, 'pipeline', FOLDER_NAME), {
      doc: 'The pipelines that the tenant runs, with their params.',
      example: PIPELINES,
    }),
  },
  rules: [
    { kind: 'needed', field: 'pipelines', unless: { field: 'state', is: 'offboarded' }, example: PIPELINES },
    ...WITH_ENVIRONMENTS.map(({ field, example }) => ({
      kind: 'requires' as const,
      field: 'environments',
      other: field,
      example,
    })),
  ],
  build: (values, at, reading): TenantNode | undefined => {
    const { residency, environments = [] } = values
    const { id, name, state, piiKey, classification: levels, tags = [], quotas: limits, contacts: people } = values
    const before = reading.diagnostics.length
    for (const { node } of environments) {
      const allowed = residency?.map(({ value }) => value) ?? []
      const { region } = node
      if (!allowed.some((word) => word === jurisdictionOf(region.value)))
        reportAt(reading, 'tenant/outside-residency', { region: region.value, allowed }, region)
    }
    if (reading.diagnostics.length > before) return undefined
    return {
      file: at.span.file,
      key: at.span.file.replace(/^.*\//, '').replace(/\.ya?ml$/, ''),
      state: state.value,
      environments,
      tags: tags.map((each) => [each.name, each.node.value] as const),
      ...(id && { id }),
      ...(name && { name }),
      ...(piiKey && { piiKey }),
      ...(levels && { classification: levels }),
      ...(residency && { residency: residency.map(({ value }) => value) }),
      ...(limits && { quotas: limits }),
      ...(people && { contacts: people }),
      pipelines: values.pipelines ?? [],
    }
  },
})

/** tenants/<tenant>.yaml; fields that other tools have there are told for what they are. */
export const tenant: Kind<TenantNode> = withoutStrays(declared)
