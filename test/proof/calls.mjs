// What Terraform asks the cloud for, and whether the policies of who plans and who applies let it.
import { createServer, request as send } from 'node:http'
import { evaluate } from '../../dist/tenant/policy/index.js'

/** What of a request to storage says which action it is, with the action by method; others are about the whole. */
const SUBRESOURCES = {
  accelerate: ['AccelerateConfiguration'],
  acl: ['BucketAcl'],
  cors: ['BucketCORS'],
  encryption: ['EncryptionConfiguration'],
  lifecycle: ['LifecycleConfiguration'],
  location: ['BucketLocation'],
  logging: ['BucketLogging'],
  'object-lock': ['BucketObjectLockConfiguration'],
  ownershipControls: ['BucketOwnershipControls'],
  policy: ['BucketPolicy', 'DeleteBucketPolicy'],
  publicAccessBlock: ['BucketPublicAccessBlock'],
  replication: ['ReplicationConfiguration'],
  requestPayment: ['BucketRequestPayment'],
  tagging: ['BucketTagging'],
  versioning: ['BucketVersioning'],
  website: ['BucketWebsite'],
}

/** Stands before `endpoint` and writes down what is asked; `take` gives that, and begins anew. */
export async function recordCalls(endpoint) {
  const { hostname, port } = new URL(endpoint)
  let calls = []
  const server = createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const { method, url, headers } = request
      calls.push(callOf({ method, url, headers, body: body.toString('utf8') }))
      const onward = send({ hostname, port, method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers)
        answer.pipe(response)
      })
      onward.on('error', (error) => response.destroy(error))
      onward.end(body)
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    take: () => calls.splice(0),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The service, the action and what is named in it. */
function callOf({ method, url, headers, body }) {
  const service = /\/([a-z0-9-]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? 'unsigned'
  if (service === 's3') return { service, ...storageCall(method, new URL(url, 'http://localhost')) }
  const target = headers['x-amz-target']
  if (target !== undefined) return { service, action: target.split('.').pop(), named: JSON.parse(body) }
  const named = Object.fromEntries(new URLSearchParams(body))
  return { service, action: named.Action ?? `${method} ${url}`, named }
}

function storageCall(method, { pathname, searchParams }) {
  const [bucket = '', ...key] = pathname.slice(1).split('/')
  const named = { bucket, key: key.join('/') }
  if (named.key !== '') return { action: `${method} object`, named }
  const found = Object.entries(SUBRESOURCES).find(([name]) => searchParams.has(name))
  if (found === undefined) {
    const whole = { HEAD: 'ListBucket', GET: 'ListBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' }
    return { action: whole[method], named }
  }
  const [name, removal] = found[1]
  const verb = method === 'GET' || method === 'HEAD' ? 'Get' : 'Put'
  return { action: method === 'DELETE' && removal !== undefined ? removal : `${verb}${name}`, named }
}

/**
 * The calls that `manager` may not make, as lines. `stands` says what the tenant has: its policies, the ARN of its key, its
 * account, region, id, and the tags of what has any.
 */
export function refusedCalls(calls, manager, stands) {
  const refused = calls.flatMap((call) =>
    requestsOf(call, stands)
      .filter((request) => !isAllowed(request, manager, stands))
      .map(({ action, resource }) => `${action} on ${resource}`),
  )
  return [...new Set(refused)]
}

function isAllowed({ action, resource, context = {} }, manager, { policies, account, region, keyArn }) {
  const arn = `arn:aws:iam::${account}:role/smelt-${manager}`
  const fromAnywhere = {
    'aws:SecureTransport': 'true',
    's3:TlsVersion': '1.3',
    'aws:RequestedRegion': region,
    'aws:SourceIp': '198.51.100.7',
  }
  const own = resource === keyArn ? { resource: policies.key, resourceMustAllow: true } : {}
  return evaluate(
    { identity: [policies.managers[manager]], ...(action.startsWith('s3:') ? { resource: policies.bucket } : own) },
    {
      principal: { kind: 'role', arn, account },
      action,
      resource,
      resourceAccount: account,
      context: { ...fromAnywhere, ...context },
    },
  ).allowed
}

/** What a call needs to be allowed: sometimes more than its own action, on more than one thing. */
function requestsOf({ service, action, named }, stands) {
  const ask = (resource, context, verb = action) => ({ action: `${service}:${verb}`, resource, context })
  switch (service) {
    // Everybody may ask who they are.
    case 'sts':
      return []
    case 's3':
      return [ask(`arn:aws:s3:::${named.bucket}${named.key === '' ? '' : `/${named.key}`}`)]
    case 'iam':
      return [ask(`arn:aws:iam::${stands.account}:role/smelt/${stands.id}/${named.RoleName}`)]
    case 'kms':
      return keyRequests(action, named, stands, ask)
    case 'ec2':
      return networkRequests(action, named, stands, ask)
    default:
      return [ask('*')]
  }
}

function keyRequests(action, named, { keyArn, account, region }, ask) {
  const kms = `arn:aws:kms:${region}:${account}:`
  if (action === 'ListAliases') return [ask('*')]
  if (action === 'CreateKey') {
    const tags = Object.fromEntries(named.Tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue]))
    return [ask('*'), ask(`${kms}key/made`, tags, 'TagResource')]
  }
  return named.AliasName === undefined ? [ask(keyArn)] : [ask(keyArn), ask(`${kms}${named.AliasName}`)]
}

function networkRequests(action, named, { account, region }, ask) {
  if (action.startsWith('Describe')) return [ask('*')]
  const ec2 = `arn:aws:ec2:${region}:${account}:`
  const tables = Object.entries(named).filter(([name]) => /RouteTableId/.test(name))
  const onTables = tables.map(([, id]) => ask(`${ec2}route-table/${id}`))
  const endpoint = `${ec2}vpc-endpoint/${named.VpcEndpointId ?? 'made'}`
  if (action !== 'CreateVpcEndpoint') return [...onTables, ask(endpoint, { 'aws:ResourceTag/managed-by': 'smelt' })]
  return [
    ask(`${ec2}vpc/${named.VpcId}`),
    ...onTables,
    ask(endpoint),
    ask(endpoint, { 'ec2:CreateAction': action }, 'CreateTags'),
  ]
}
