import { ANYTHING, policyOf } from './document.ts'
import { evaluate, type Principal } from './evaluate.ts'
import type { MatrixCase } from './matrix-case.ts'
import type { PolicyInput } from './render-policies.ts'

const OTHER_ACCOUNT = '999999999999'

/** A bucket whose owner lets everybody in, and a role that may do anything: only the endpoint stands between them. */
const OPEN_BUCKET = policyOf([{ Sid: 'Everybody', Effect: 'Allow', Principal: '*', Action: ['s3:*'], Resource: ['*'] }])

/** What may pass the endpoint of a network of the tenant, to buckets that are not the tenant's. */
export function endpointCases(input: PolicyInput): MatrixCase[] {
  const { partition, region, accountId, packageBuckets = [] } = input
  const role = (account: string): Principal => ({
    kind: 'role',
    arn: `arn:${partition}:iam::${account}:role/any`,
    account,
  })
  const packages = (of: string): string => `arn:${partition}:s3:::prod-${of}-starport-layer-bucket/layer`
  const ask = (
    name: string,
    from: string,
    action: string,
    resource: string,
    owner: string,
    promised: boolean,
  ): MatrixCase => {
    const request = { principal: role(from), action, resource, resourceAccount: owner, context: {} }
    return {
      name: `endpoint: ${name}`,
      promised,
      about: ['endpoint'],
      requests: [request],
      decide: ({ endpoint }) => evaluate({ identity: ANYTHING, resource: OPEN_BUCKET, endpoint }, request),
    }
  }
  const bucket = (name: string): string => `arn:${partition}:s3:::${name}/object`
  return [
    ask('own role to a bucket of the account', accountId, 's3:PutObject', bucket('own'), accountId, true),
    ask('own role to a bucket of somebody else', accountId, 's3:PutObject', bucket('theirs'), OTHER_ACCOUNT, false),
    ask('strange keys to a strange bucket', OTHER_ACCOUNT, 's3:PutObject', bucket('theirs'), OTHER_ACCOUNT, false),
    ask('strange keys to a bucket of the account', OTHER_ACCOUNT, 's3:GetObject', bucket('own'), accountId, false),
    ask('a layer of an image', accountId, 's3:GetObject', packages(region), OTHER_ACCOUNT, true),
    ask(
      'a layer of an image of another region',
      accountId,
      's3:GetObject',
      packages('ap-south-1'),
      OTHER_ACCOUNT,
      false,
    ),
    ask('writing where layers of images are', accountId, 's3:PutObject', packages(region), OTHER_ACCOUNT, false),
    ...packageBuckets.map((arn) =>
      ask(`a package of ${arn}`, accountId, 's3:GetObject', arn.replace('*', 'package'), OTHER_ACCOUNT, true),
    ),
  ]
}
