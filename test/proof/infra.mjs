// Proves the infrastructure of a tenant with the real tools: Terragrunt and the provider of AWS plan, apply, plan again
// without a difference and destroy everything that a tenant has, against an emulator of the cloud (moto) on this machine.
//   npm run infra-proof
// Builds Terragrunt once, and then takes minutes too: eleven on a busy machine with two cores. Needs Go, Python, npm,
// Terraform and a mirror of the provider. An emulator stores policies and asks none of them: who is let in is proven by
// `npm run policy-proof`.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { policyText, renderPolicies } from '../../dist/tenant/policy/index.js'
import { copyLiveTree, terragruntEnvironment } from '../setup/live-tree.mjs'
import { cacheFolder, installParts, loadParts, partFolder } from '../setup/parts.mjs'
import { findMirror } from '../setup/parts/terraform.mjs'
import { run } from '../setup/run.mjs'
import { NEWER_PROVIDER, unknownToNewerProvider } from './newer-provider.mjs'

/** Every version is named: with loose ones pip tries combinations for minutes. */
const MOTO = [
  'moto==5.2.3',
  'boto3==1.44.5',
  'botocore==1.44.5',
  'flask==3.1.3',
  'flask-cors==6.0.5',
  'werkzeug==3.1.9',
]
const MOTO_EXTRAS = ['PyYAML==6.0.3', 'py-partiql-parser==0.6.3', 'docker==7.2.0', 'joserfc==1.8.0']
const UNITS = ['identity', 'keys', 'lake', 'network']
const TENANT = 'acme'
const REGION = 'eu-central-1'
const ACCOUNT = '111122223333'
const ID = 't-7kq3m9t4dhm'

const log = (line) => console.log(line)
const closers = []
let failed = 0

/** Says what came out, and counts what should not have. */
function expect(what, held, detail = '') {
  log(`${held ? 'ok  ' : 'FAIL'} ${what}${held ? '' : `: ${String(detail).trim().slice(-3000)}`}`)
  if (!held) failed++
}

async function installed(name) {
  const part = (await loadParts()).find((each) => each.name === name)
  const [missing] = await installParts([name], log)
  if (missing !== undefined) throw new Error(`\`${name}\` cannot be had: ${missing.reason}`)
  return partFolder(part)
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Starts moto, for the account of the tenant; resolves to its address. */
async function startMoto() {
  const folder = path.join(cacheFolder(), 'moto-5.2.3')
  if (!existsSync(folder)) {
    log('installing moto, once ...')
    const building = `${folder}.building-${process.pid}`
    await mkdir(building, { recursive: true })
    // A venv names its own folder in its programs, so moto is started as a module and the folder can be moved.
    await run('python3', ['-m', 'venv', '--copies', building])
    const python = path.join(building, 'bin', 'python')
    await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', ...MOTO, ...MOTO_EXTRAS])
    await rename(building, folder)
  }
  const port = await freePort()
  const args = ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]
  const env = { ...process.env, MOTO_ACCOUNT_ID: ACCOUNT }
  const child = spawn(path.join(folder, 'bin', 'python'), args, { stdio: 'ignore', env })
  closers.push(() => child.kill('SIGKILL'))
  const endpoint = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 600 && child.exitCode === null; tries++) {
    if (
      await fetch(`${endpoint}/moto-api/`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return endpoint
    await delay(100)
  }
  throw new Error(`moto does not answer on ${endpoint}`)
}

/** A network with its table of routes, which stand before a tenant does. */
async function makeNetwork(endpoint) {
  const made = await ec2(endpoint, { Action: 'CreateVpc', CidrBlock: '10.0.0.0/16' })
  const vpc = /<vpcId>(.*?)</.exec(made)[1]
  const tables = await ec2(endpoint, {
    Action: 'DescribeRouteTables',
    'Filter.1.Name': 'vpc-id',
    'Filter.1.Value.1': vpc,
  })
  return { vpc, table: /<routeTableId>(.*?)</.exec(tables)[1] }
}

async function ec2(endpoint, parameters) {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/ec2/aws4_request, SignedHeaders=host, Signature=0`
  const body = new URLSearchParams({ ...parameters, Version: '2016-11-15' })
  const answer = await fetch(endpoint, { method: 'POST', headers: { authorization }, body })
  if (!answer.ok) throw new Error(`${parameters.Action}: ${await answer.text()}`)
  return answer.text()
}

/** The tenant of the shipped project, in the network that there is. */
function placeTenant(tree, { vpc, table }) {
  const file = path.join(tree, 'tenants', `${TENANT}.yaml`)
  const text = readFileSync(file, 'utf8')
  const placed = text.replace(
    /^ {4}vpc_ids: .*$/m,
    `    vpc_ids: [${vpc}]\n    endpoint_vpc_ids: { ${vpc}: [${table}] }`,
  )
  if (placed === text) throw new Error(`${file} does not say vpc_ids as it did`)
  writeFileSync(file, placed)
}

/** Runs Terragrunt over all units of the tenant, and says how long it took. */
async function terragrunt(program, cwd, env, ...args) {
  const started = Date.now()
  let output = ''
  const child = spawn(program, ['run', '--all', '--', ...args, '-no-color'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const status = await new Promise((resolve) => child.once('close', resolve))
  log(`     terragrunt run --all -- ${args.join(' ')}: ${((Date.now() - started) / 1000).toFixed(1)} s`)
  return { status, output }
}

const added = (output, verb) =>
  [...output.matchAll(new RegExp(`(\\d+) ${verb}`, 'g'))].reduce((sum, [, count]) => sum + Number(count), 0)

async function prove(folder) {
  const program = path.join(await installed('terragrunt'), 'terragrunt')
  await installed('terraform')
  const endpoint = await startMoto()
  const tree = path.join(folder, 'tree')
  await copyLiveTree(tree, { olderProvider: true })
  const network = await makeNetwork(endpoint)
  placeTenant(tree, network)
  const own = path.join(folder, 'own')
  const env = terragruntEnvironment(own, { mirror: findMirror(), endpoint })
  const states = path.join(own, 'state', 'prod', REGION, ID)
  const live = path.join(tree, 'terragrunt', 'live')
  const stack = path.join(live, 'prod', REGION, 'tenants', TENANT)
  const all = (...args) => terragrunt(program, stack, env, ...args)

  const { count: names, unknown } = await unknownToNewerProvider()
  expect(`the provider ${NEWER_PROVIDER} knows all ${names} arguments too`, unknown.length === 0, unknown.join(', '))
  const planned = await terragrunt(program, live, env, 'plan')
  expect('plans every unit of every tenant', planned.status === 0, planned.output)
  const ours = planned.output.split('\n').filter((line) => line.includes(`/tenants/${TENANT}/`))
  const count = added(ours.join('\n'), 'to add')
  const applied = await all('apply', '-auto-approve')
  expect(
    `applies what it planned, ${count} resources`,
    applied.status === 0 && added(applied.output, 'added') === count,
    applied.output,
  )
  await compare(endpoint, states, network)
  const again = await all('plan', '-detailed-exitcode')
  expect('plans nothing after that', again.status === 0, again.output)

  const bucket = `${endpoint}/smelt-${ID}-prod-${ACCOUNT}-${REGION}`
  const spared = await all('destroy', '-auto-approve')
  const kept = unitsIn(states).join(', ')
  const stands = spared.status === 0 && (await fetch(bucket)).ok
  expect(
    'destroys neither key nor bucket, which are protected',
    stands && kept === 'keys, lake',
    `${kept}: ${spared.output}`,
  )
  for (const unit of ['keys', 'lake'])
    unprotect(path.join(tree, 'terragrunt', 'catalog', 'units', unit, 'terragrunt.hcl'))
  const gone = await all('destroy', '-auto-approve')
  const isGone = gone.status === 0 && (await fetch(bucket)).status === 404
  expect('destroys these too once the catalog says so', isGone && unitsIn(states).length === 0, gone.output)
}

/** The units that have anything in their state. */
function unitsIn(states) {
  return UNITS.filter((unit) => stateOf(states, unit).resources.length > 0)
}

/** What stands in the emulator against what `npm run policy-proof` proves. */
async function compare(endpoint, states, { vpc }) {
  const keyArn = stateOf(states, 'keys').outputs.key_arn.value
  const role = (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`
  const policies = renderPolicies({
    partition: 'aws',
    region: REGION,
    accountId: ACCOUNT,
    tenantId: ID,
    environment: 'prod',
    bucketForm: 'global',
    keyArn,
    vpcIds: [vpc],
    planRole: role('smelt-plan'),
    applyRole: role('smelt-apply'),
    breakGlassRole: role('break-glass'),
    oidcProvider: 'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE0D2B8C7E4',
    namespace: `smelt-${TENANT}`,
  })
  const answer = await fetch(`${endpoint}/smelt-${ID}-prod-${ACCOUNT}-${REGION}?policy`)
  const stored = policyText(JSON.parse(await answer.text()))
  expect('the bucket has the policy that is proven, byte for byte', stored === policyText(policies.bucket), stored)
  const roles = stateOf(states, 'identity').resources.filter(({ type }) => type === 'aws_iam_role_policy')
  const wrong = roles
    .flatMap(({ instances }) => instances)
    .filter(
      ({ attributes: { name, policy } }) => policyText(JSON.parse(policy)) !== policyText(policies.identity[name]),
    )
  const names = wrong.map(({ attributes }) => attributes.name)
  expect('every role has the policy that is proven', roles.length > 0 && names.length === 0, names.join(', '))
}

function stateOf(states, unit) {
  return JSON.parse(readFileSync(path.join(states, unit, 'terraform.tfstate'), 'utf8'))
}

function unprotect(file) {
  writeFileSync(file, readFileSync(file, 'utf8').replace('prevent_destroy = true', 'prevent_destroy = false'))
}

const folder = await mkdtemp(path.join(tmpdir(), 'smelt-infra-proof-'))
try {
  await prove(folder)
  log(failed === 0 ? 'everything holds' : `${failed} do not hold`)
  process.exitCode = failed === 0 ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 3
} finally {
  for (const close of closers.reverse()) close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
