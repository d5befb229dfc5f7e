// Proves the infrastructure of a tenant with the real tools: Terragrunt and the provider of AWS plan, apply, plan again
// without a difference and destroy everything that a tenant has, against an emulator of the cloud (moto) on this machine.
// Before, the same with the schema of a newer provider, which takes what the older one does not know, and a stub for it.
//   npm run infra-proof [-- newer-provider | emulator]
// Builds Terragrunt once, and then takes minutes too: eleven on a busy machine with two cores, and half a minute for the
// newer provider alone. Needs Go, npm and Terraform, and the emulator also Python and a mirror of the provider. An emulator
// stores policies and asks none of them: who is let in is proven by `npm run policy-proof`.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { policyText } from '../../dist/tenant/policy/index.js'
import { copyLiveTree, terragruntEnvironment } from '../setup/live-tree.mjs'
import { cacheFolder, installParts, loadParts, partFolder } from '../setup/parts.mjs'
import { findMirror } from '../setup/parts/terraform.mjs'
import { run } from '../setup/run.mjs'
import { recordCalls, refusedCalls } from './calls.mjs'
import { proveNewerProvider } from './newer-provider/prove.mjs'
import { ACCOUNT, comparedRoles, ID, openTenant, proveMade, REGION } from './tenant.mjs'

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

/** What a tenant has, made by the real provider in an emulator of the cloud. */
async function proveEmulated({ program, folder }) {
  await installed('terraform')
  const endpoint = await startMoto()
  const recorder = await recordCalls(endpoint)
  closers.push(recorder.close)
  const tree = path.join(folder, 'tree')
  await copyLiveTree(tree, { olderProvider: true })
  const network = await makeNetwork(endpoint)
  const own = path.join(folder, 'own')
  const env = terragruntEnvironment(own, { mirror: findMirror(), endpoint: recorder.endpoint })
  const states = path.join(own, 'state')
  const tenant = openTenant({ tree, states, program, env, bucketForm: 'global', log })
  tenant.place(network)
  const bucket = `${endpoint}/${tenant.bucketName}`
  const asked = { plan: [], apply: [] }
  await proveMade(tenant, expect, () => compare(bucket, tenant, network), {
    planned: () => asked.plan.push(...recorder.take()),
    applied: () => asked.apply.push(...recorder.take()),
  })

  const policies = tenant.policies(network.vpc)
  const tenantHas = { policies, keyArn: tenant.keyArn(), account: ACCOUNT, region: REGION, id: ID }
  const spared = await tenant.run('destroy', '-auto-approve')
  const kept = tenant.unitsInState().join(', ')
  const stands = spared.status === 0 && (await fetch(bucket)).ok
  expect(
    'destroys neither key nor bucket, which are protected',
    stands && kept === 'keys, lake',
    `${kept}: ${spared.output}`,
  )
  for (const unit of ['keys', 'lake']) tenant.unprotect(unit)
  const gone = await tenant.run('destroy', '-auto-approve')
  const isGone = gone.status === 0 && (await fetch(bucket)).status === 404 && tenant.unitsInState().length === 0
  expect('destroys these too once the catalog says so', isGone, gone.output)
  asked.apply.push(...recorder.take())
  for (const [manager, calls] of Object.entries(asked)) proveGranted(manager, calls, tenantHas)
}

/** Every call that Terraform made is one that the policies of who plans, or applies, allow; moto asks none of them. */
function proveGranted(manager, calls, stands) {
  const services = [...new Set(calls.map(({ service }) => service))].sort()
  const refused = refusedCalls(calls, manager, stands)
  const isWhole = ['ec2', 'iam', 'kms', 's3'].every((each) => services.includes(each)) && refused.length === 0
  expect(`may ${manager} by its policies: ${calls.length} calls of ${services.join(', ')}`, isWhole, refused.join(', '))
}

/** What stands in the emulator against what `npm run policy-proof` proves. */
async function compare(bucket, tenant, { vpc }) {
  const policies = tenant.policies(vpc)
  const answer = await fetch(`${bucket}?policy`)
  const stored = policyText(JSON.parse(await answer.text()))
  expect('the bucket has the policy that is proven, byte for byte', stored === policyText(policies.bucket), stored)
  const { count: roles, differing } = comparedRoles(tenant.stateOf('identity'), policies)
  expect('every role has the policy that is proven', roles > 0 && differing.length === 0, differing.join(', '))
}

async function prove(names, folder) {
  const program = path.join(await installed('terragrunt'), 'terragrunt')
  for (const name of names) {
    const own = path.join(folder, name)
    await mkdir(own)
    await PARTS[name]({ program, folder: own, expect, log })
  }
}

const PARTS = { 'newer-provider': proveNewerProvider, emulator: proveEmulated }
const asked = process.argv.slice(2)
const unknown = asked.find((name) => !Object.hasOwn(PARTS, name))
if (unknown !== undefined) {
  console.error(`\`${unknown}\` is no part of the proof. Its parts are ${Object.keys(PARTS).join(' and ')}.`)
  process.exit(2)
}
const folder = await mkdtemp(path.join(tmpdir(), 'smelt-infra-proof-'))
try {
  await prove(asked.length === 0 ? Object.keys(PARTS) : asked, folder)
  log(failed === 0 ? 'everything holds' : `${failed} do not hold`)
  process.exitCode = failed === 0 ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 3
} finally {
  for (const close of closers.reverse()) close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
