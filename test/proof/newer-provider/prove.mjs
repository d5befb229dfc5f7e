import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cp, mkdir, rename } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { policyText } from '../../../dist/tenant/policy/index.js'
import { copyLiveTree, terragruntEnvironment } from '../../setup/live-tree.mjs'
import { cacheFolder } from '../../setup/parts.mjs'
import { findMirror } from '../../setup/parts/terraform.mjs'
import { run } from '../../setup/run.mjs'
import { ACCOUNT, change, comparedRoles, openTenant, proveMade, REGION } from '../tenant.mjs'
import { disagreements } from './agreement.mjs'
import { MISTAKES } from './mistakes.mjs'
import { schemaOf } from './schema.mjs'
import { startStub } from './stub.mjs'

const PROVIDER = '6.66.0'
const DECLARATIONS = '@cdktn/provider-aws'
const VERSION = '25.7.0'
const PLUGIN = ['@grpc/grpc-js@1.14.7', '@grpc/proto-loader@0.8.1', '@msgpack/msgpack@3.1.3']
const CATALOG = path.join(import.meta.dirname, '..', '..', '..', 'terragrunt', 'catalog')
// What the unit `lake` adds to its module for names that belong to the account.
const ADDED = 'bucket_namespace_override.tf'
const NETWORK = { vpc: 'vpc-0a4e76cf16be65766', table: 'rtb-0a1b2c3d' }
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`

/**
 * Proves the catalog in its default form, with names of buckets that belong to the account, against the schema of a
 * provider that is newer than one that can be had here to run: Terraform and Terragrunt are the real ones, and a stub stands
 * for the provider. Nothing of it asks a cloud, so only what a schema says is proven.
 */
export async function proveNewerProvider({ program, folder, expect, log }) {
  const cache = await fetched(log)
  const schemas = await declaredSchemas(cache, folder)
  const load = createRequire(path.join(cache, 'package.json'))
  const stub = await startStub({ ...schemas, made: { 'aws_kms_key.arn': KEY }, load })
  try {
    const kinds = Object.keys(schemas.resources).length
    log(`     a stub has the schema of the provider ${PROVIDER} for ${kinds} kinds of resources`)
    await proveAgreement({ schemas, folder, log }, expect)
    const tree = path.join(folder, 'tree')
    const own = path.join(folder, 'own')
    await copyLiveTree(tree)
    // A mirror without anything: no other provider can come in by mistake.
    const env = { ...terragruntEnvironment(own, { mirror: path.join(own, 'nothing') }), ...stub.env }
    await proveTenant({ tree, states: path.join(own, 'state'), program, env, log }, expect)
    const unit = workingFolder(tree)
    await proveMistakes({ folder, unit, env }, expect)
    await proveMocks({ folder, unit, env }, expect)
  } finally {
    stub.stop()
  }
}

/** The schema that is read out of the declarations against that of the real provider, which is older. */
async function proveAgreement({ schemas: { provider, resources }, folder, log }, expect) {
  const mirror = findMirror()
  if (mirror === undefined) return log('     NOT PROVEN: the real provider agrees; there is no mirror of it')
  const older = path.join(folder, 'older')
  const env = terragruntEnvironment(older, { mirror })
  writeFileSync(
    path.join(older, 'main.tf'),
    'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n',
  )
  await terraform(older, env, 'init', '-no-color')
  const { output } = await terraform(older, env, 'providers', 'schema', '-json')
  const [real] = Object.values(JSON.parse(output).provider_schemas)
  const kinds = [
    [provider, real.provider],
    ...Object.keys(resources).map((kind) => [resources[kind], real.resource_schemas[kind]]),
  ]
  const compared = kinds.map(([read, other]) => disagreements(read.block, other.block))
  const names = compared.reduce((sum, each) => sum + each.count, 0)
  const found = compared.flatMap((each) => each.found)
  expect(
    `the real provider agrees with that schema in all ${names} names that both have`,
    names > 0 && found.length === 0,
    found.join(', '),
  )
}

/** What Terragrunt makes of the live tree, planned, applied, planned again and destroyed. */
async function proveTenant(options, expect) {
  const tenant = openTenant({ ...options, bucketForm: 'account-regional' })
  tenant.place(NETWORK)
  await proveMade(tenant, expect, () => proveState(tenant, expect))
  for (const unit of ['keys', 'lake']) tenant.unprotect(unit)
  const gone = await tenant.run('destroy', '-auto-approve')
  expect(
    'destroys it all once the catalog says so',
    gone.status === 0 && tenant.unitsInState().length === 0,
    gone.output,
  )
}

function proveState(tenant, expect) {
  const lake = tenant.stateOf('lake').resources
  const attributes = (type) => lake.find((each) => each.type === type)?.instances[0].attributes
  const { bucket, bucket_namespace: namespace } = attributes('aws_s3_bucket')
  const isOfAccount = bucket === tenant.bucketName && namespace === 'account-regional'
  expect(`the name of the bucket belongs to the account: ${tenant.bucketName}`, isOfAccount, `${bucket}, ${namespace}`)
  const policies = tenant.policies(NETWORK.vpc)
  const { policy } = attributes('aws_s3_bucket_policy')
  const isProven = policyText(JSON.parse(policy)) === policyText(policies.bucket)
  expect('the bucket has the policy that is proven for that name', isProven, policy)
  const { count: roles, differing } = comparedRoles(tenant.stateOf('identity'), policies)
  expect('every role has the policy that is proven for it', roles > 0 && differing.length === 0, differing.join(', '))
}

/**
 * Each mistake alone, in the folder that Terragrunt made of the unit `lake`. Of a resource that another file overrides,
 * Terraform passes over arguments that it does not know, so what the unit adds is also looked at by itself.
 */
async function proveMistakes({ folder, unit, env }, expect) {
  const added = path.join(folder, 'added')
  await cp(path.join(unit, ADDED), path.join(added, 'main.tf'))
  await terraform(added, env, 'init', '-no-color')
  const folders = { unit, added }
  for (const [name, cwd] of Object.entries(folders)) {
    const { status, output } = await terraform(cwd, env, 'validate', '-no-color')
    expect(`takes the unit \`lake\` as Terragrunt makes it (${name})`, status === 0, output)
  }
  for (const mistake of MISTAKES) await proveMistake(mistake, folders[mistake.of], env, expect)
}

async function proveMistake({ what, file, from, to, says }, cwd, env, expect) {
  const broken = path.join(cwd, file)
  const text = readFileSync(broken, 'utf8')
  change(broken, from, to)
  const { status, output } = await terraform(cwd, env, 'validate', '-no-color')
  writeFileSync(broken, text)
  const said = output.replace(/\s+/g, ' ')
  expect(`refuses ${what}`, status === 1 && says.every((words) => said.includes(words)), output)
}

/** The tests of all modules, with the bucket as the unit makes it. */
async function proveMocks({ folder, unit, env }, expect) {
  const copy = path.join(folder, 'catalog')
  await cp(CATALOG, copy, { recursive: true })
  await cp(path.join(unit, ADDED), path.join(copy, 'modules', 'lake', ADDED))
  const tests = path.join(copy, 'tests')
  const { output: prepared } = await terraform(tests, env, 'init', '-no-color')
  const { status, output } = await terraform(tests, env, 'test', '-no-color')
  expect(
    'the tests of all modules hold by its schema',
    status === 0 && /[1-9]\d* passed, 0 failed/.test(output),
    prepared + output,
  )
}

/** Where Terragrunt put the module of the unit `lake`, with what the unit adds to it. */
function workingFolder(tree) {
  const found = readdirSync(tree, { recursive: true, encoding: 'utf8' }).find((file) =>
    file.endsWith(`${path.sep}${ADDED}`),
  )
  if (found === undefined) throw new Error(`the unit lake adds no ${ADDED}`)
  return path.dirname(path.join(tree, found))
}

function terraform(cwd, env, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn('terraform', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, output }))
  })
}

/** The schemas of the provider and of every kind of resource that the catalog has. */
async function declaredSchemas(cache, folder) {
  const kinds = kindsOfCatalog()
  const nameOf = (kind) => `package/lib/${kind.replaceAll('_', '-')}/index.js`
  const archive = readdirSync(cache).find((file) => file.endsWith('.tgz'))
  await run('tar', ['-xzf', path.join(cache, archive), '-C', folder, ...['provider', ...kinds].map(nameOf)])
  const schema = (kind) => schemaOf(readFileSync(path.join(folder, nameOf(kind)), 'utf8'), PROVIDER)
  return {
    provider: schema('provider'),
    resources: Object.fromEntries(kinds.map((kind) => [`aws_${kind}`, schema(kind)])),
  }
}

function kindsOfCatalog() {
  const files = readdirSync(CATALOG, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(tf|hcl)$/.test(file))
  const texts = files.map((file) => readFileSync(path.join(CATALOG, file), 'utf8')).join('\n')
  return [...new Set([...texts.matchAll(/^ *resource "aws_(\w+)"/gm)].map(([, kind]) => kind))].sort()
}

/** Fetches the declarations, packed as they are for their size, and what the stub is built of, once. */
async function fetched(log) {
  const folder = path.join(cacheFolder(), `provider-stub-${VERSION}`)
  if (existsSync(folder)) return folder
  log('fetching the declarations of the newer provider, once ...')
  const building = `${folder}.building-${process.pid}`
  await mkdir(building, { recursive: true })
  await run('npm', ['pack', '--silent', `${DECLARATIONS}@${VERSION}`], { cwd: building })
  const quiet = ['--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact']
  await run('npm', ['install', ...quiet, '--prefix', building, ...PLUGIN], { cwd: building })
  await rename(building, folder)
  return folder
}
