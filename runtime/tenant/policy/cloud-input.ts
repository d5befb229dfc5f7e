import { nearestMatch, smeltError } from '#diagnostics'
import { partitionOf, type TenantNode } from '#spec'
import { namespaceOf } from '../k8s/names.ts'
import type { FileReader } from '../load-base.ts'
import { regionFileOf } from '../region-file.ts'
import { parsePlatform, type Platform } from './platform.ts'
import type { PolicyInput } from './render-policies.ts'

/**
 * What the policies of a tenant in one environment of the cloud are made of, from its file and from the region.hcl of the
 * project. The id of the key, which the cloud gives, is made up. Throws tenant/not-in-cloud and tenant/unread-platform.
 */
export function cloudInput(tenant: TenantNode, environment: string, files: FileReader): PolicyInput {
  const found = tenant.environments.find(({ name }) => name === environment)
  const { id, classification } = tenant
  if (found === undefined || id === undefined || classification === undefined) throw notInCloud(tenant, environment)
  const [region, accountId] = [found.node.region.value, found.node.accountId.value]
  const platform = platformOf(regionFileOf(tenant, { name: environment, region }, files), files)
  const partition = platform.partition ?? partitionOf(region)
  const role = (name: string): string => `arn:${partition}:iam::${accountId}:role/${name}`
  return {
    partition,
    region,
    accountId,
    tenantId: id.value,
    classification,
    environment,
    ...(platform.bucketForm && { bucketForm: platform.bucketForm }),
    keyArn: `arn:${partition}:kms:${region}:${accountId}:key/00000000-0000-4000-8000-000000000000`,
    vpcIds: found.node.vpcIds.map(({ value }) => value),
    allowedCidrs: platform.allowedCidrs,
    packageBuckets: platform.packageBuckets,
    replicationRoles: platform.replicationRoles.map(role),
    planRole: role(platform.planRole),
    applyRole: role(platform.applyRole),
    breakGlassRole: role(platform.breakGlassRole),
    ...(platform.identityMode && { identityMode: platform.identityMode }),
    ...(platform.clusterArn !== undefined && { clusterArn: platform.clusterArn }),
    namespace: namespaceOf(tenant.key),
  }
}

/** Says where the tenant stands instead. */
export function notInCloud({ key, environments }: TenantNode, environment: string | undefined): Error {
  const known = environments.map(({ name }) => name)
  const nearest = environment === undefined ? undefined : nearestMatch(environment, known)
  const asked = known.length === 0 ? undefined : environment
  return smeltError('tenant/not-in-cloud', { tenant: key, environment: asked, nearest, known })
}

function platformOf(file: string | undefined, files: FileReader): Platform {
  const result = parsePlatform(file === undefined ? undefined : files.read(file))
  if ('platform' in result) return result.platform
  throw smeltError('tenant/unread-platform', { file: file ?? '', name: result.unread })
}
