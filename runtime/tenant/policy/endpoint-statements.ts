import type { Statement } from './document.ts'

/**
 * The policy of a gateway endpoint. Through it one reaches buckets of one's own account as somebody of it, so that
 * stolen keys of another account carry nothing out, and the buckets whose public packages machines start from.
 */
export const ENDPOINT_STATEMENTS: readonly Statement[] = [
  {
    Sid: 'OwnBuckets',
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:*'],
    Resource: ['*'],
    Condition: {
      StringEquals: { 'aws:ResourceAccount': ['${account_id}'], 'aws:PrincipalAccount': ['${account_id}'] },
    },
  },
  {
    Sid: 'PackageBuckets',
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetObject'],
    Resource: ['arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*', '...${package_buckets}'],
  },
]
