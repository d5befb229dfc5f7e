import { nearestMatch, replacement, type Fix } from '#diagnostics'
import type { Located } from '../nodes.ts'
import type { CloudEnvironmentNode } from '../tenant-nodes.ts'
import { optional, required } from '../kinds/field.ts'
import type { Kind } from '../kinds/kind.ts'
import { distinct, list } from '../kinds/list.ts'
import { named, type NameRule } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import { textLike } from '../kinds/text.ts'
import { reportAt, type Reading } from '../reading.ts'
import { partitionOf, REGIONS, SERVED_PARTITIONS, SERVED_REGIONS } from '../regions.ts'
import type { YamlScalar } from '../yaml/tree.ts'

/** Short, as the names of a tenant's things in the cloud hold it and have limits. */
export const CLOUD_ENVIRONMENT: NameRule = {
  pattern: /^[a-z][a-z0-9]{0,9}$/,
  says: 'use lower-case letters and digits, a letter first, at most 10',
}

const REGION = textLike(
  new RegExp(`^(?:${SERVED_REGIONS.join('|')})$`),
  'a region by its full code such as `eu-central-1`',
)
const ACCOUNT = textLike(/^\d{12}$/, 'the number of an account in quotes, such as `"111122223333"`')
const VPC_ID = /^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$/
const NETWORK = textLike(VPC_ID, 'the id of a network such as `vpc-0a4e76cf16be65766`')

/** The kind that reads as `form`, and tells by `judge` what is wrong with texts that are not of it. */
function judged(form: Kind<Located<string>>, judge: (node: YamlScalar, reading: Reading) => boolean): typeof form {
  return {
    ...form,
    read: (node, reading) => {
      const isText = node.kind === 'scalar' && typeof node.value === 'string'
      return isText && judge(node, reading) ? undefined : form.read(node, reading)
    },
  }
}

/**
 * A region by its full code; a short one, or a zone, is told with the region that is probably meant, and one in which no tenant
 * can stand with its partition.
 */
const region = judged(REGION, (node, reading) => {
  if (SERVED_REGIONS.includes(node.text) || node.text === '') return false
  const region = node.text.slice(0, 60)
  if (REGIONS.includes(region)) {
    const params = { region, partition: partitionOf(region), served: SERVED_PARTITIONS }
    reportAt(reading, 'tenant/partition-not-served', params, node)
    return true
  }
  const within = SERVED_REGIONS.filter((each) => each.startsWith(region) || region.startsWith(each))
  const nearest =
    within.length === 1 ? within[0] : within.length === 0 ? nearestMatch(region, SERVED_REGIONS) : undefined
  const known = within.length > 1 ? within : SERVED_REGIONS
  const fix = nearest === undefined ? undefined : replacement(node.span, node.text, nearest, 'maybe')
  reportAt(reading, 'tenant/unknown-region', { region, nearest, known }, node, fix && { fix })
  return true
})

/** The number of an account; the id of a tenant in its place is told as such. */
const accountId = judged(ACCOUNT, (node, reading) => {
  if (!node.text.startsWith('t-')) return false
  reportAt(reading, 'tenant/account-is-id', { account: node.text.slice(0, 60) }, node)
  return true
})

const vpcId = judged(NETWORK, (node, reading) => {
  if (VPC_ID.test(node.text) || node.text === '') return false
  const digits = /^vpc-([0-9a-f]*)$/.exec(node.text)?.[1]?.length
  reportAt(reading, 'tenant/bad-vpc-id', { id: node.text.slice(0, 60), digits }, node)
  return true
})

const NETWORK_NAME: NameRule = { pattern: VPC_ID, says: 'use the id of a network such as `vpc-0a4e76cf16be65766`' }
const ROUTES = textLike(/^rtb-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, 'the id of a table of routes such as `rtb-0a1b2c3d`')

const someVpcIds = distinct(list(vpcId))

/** A list of networks; one that was put in quotes as a whole is told as such. */
const vpcIds: typeof someVpcIds = {
  ...someVpcIds,
  read: (node, reading) => {
    if (node.kind !== 'scalar' || !node.text.includes('vpc-')) return someVpcIds.read(node, reading)
    const fix = asList(node, reading)
    reportAt(reading, 'tenant/vpc-ids-not-list', { found: node.text.slice(0, 60) }, node, fix && { fix })
    return undefined
  },
}

/** The list that the text spells, when every word of it is the id of a network. */
function asList(node: YamlScalar, { source }: Reading): Fix | undefined {
  const words = node.text.split(/[\s,[\]"']+/).filter((word) => word !== '')
  if (words.length === 0 || !words.every((word) => VPC_ID.test(word))) return undefined
  const written = source.text.slice(node.span.start.offset, node.span.end.offset)
  return replacement(node.span, written, `[${words.join(', ')}]`, 'safe')
}

/** One entry of `environments` of a tenant. */
export const tenantEnvironment = noun({
  name: 'environment of a tenant',
  doc: 'Where the tenant stands in one environment of the cloud.',
  fields: {
    region: required(region, {
      doc: 'The region by its full code. It must lie in `residency`.',
      example: 'eu-central-1',
    }),
    account_id: required(accountId, {
      doc: 'The cloud account, twelve digits in quotes.',
      example: '"111122223333"',
    }),
    vpc_ids: required(vpcIds, {
      doc: 'The networks from which the data may be reached: nobody outside of them reads a byte.',
      example: '[vpc-0a4e76cf16be65766]',
    }),
    endpoint_vpc_ids: optional(named(distinct(list(ROUTES)), 'network', NETWORK_NAME), {
      doc: 'Which of `vpc_ids` get a gateway endpoint to storage, and the tables of routes it stands in. Leave out a network that has one, such as one that tenants share.',
      example: '{ vpc-0a4e76cf16be65766: [rtb-0a1b2c3d] }',
    }),
  },
  build: (values, _at, reading): CloudEnvironmentNode => {
    const { region: where, accountId: account, vpcIds: networks, endpointVpcIds = [] } = values
    const known = networks.map(({ value }) => value)
    // What is no id of a network is told as such already.
    const elsewhere = endpointVpcIds.filter(({ name }) => VPC_ID.test(name) && !known.includes(name))
    for (const { name: network, key } of elsewhere)
      reportAt(reading, 'tenant/endpoint-elsewhere', { network, nearest: nearestMatch(network, known), known }, key)
    return { region: where, accountId: account, vpcIds: networks }
  },
})
