// One tenant of the shipped project, in a copy of its live tree that a proof may change.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { policyText, renderPolicies } from '../../dist/tenant/policy/index.js'

export const REGION = 'eu-central-1'
export const ACCOUNT = '111122223333'
const UNITS = ['identity', 'keys', 'lake', 'network']
const TENANT = 'acme'
export const ID = 't-7kq3m9t4dhm'

/** The tenant of the copy in `tree`, whose state lies in `states`, run with the Terragrunt `program`. */
export function openTenant({ tree, states, program, env, bucketForm, log }) {
  const live = path.join(tree, 'terragrunt', 'live')
  const state = path.join(states, 'prod', REGION, ID)
  const units = path.join(tree, 'terragrunt', 'catalog', 'units')
  const stateOf = (unit) => JSON.parse(readFileSync(path.join(state, unit, 'terraform.tfstate'), 'utf8'))
  const bucketName = `smelt-${ID}-prod-${ACCOUNT}-${REGION}${bucketForm === 'account-regional' ? '-an' : ''}`
  const run = (folder, args) => terragrunt(program, folder, env, args, log)
  return {
    bucketName,
    stateOf,
    /** The units that have anything in their state. */
    unitsInState: () => UNITS.filter((unit) => stateOf(unit).resources.length > 0),
    /** Runs Terragrunt over all units of the tenant; `planAll` plans those of every tenant. */
    run: (...args) => run(path.join(live, 'prod', REGION, 'tenants', TENANT), args),
    planAll: () => run(live, ['plan']),
    /** How many resources of the tenant a plan of everything says to add. */
    countPlanned: (output) =>
      count(
        output
          .split('\n')
          .filter((line) => line.includes(`/tenants/${TENANT}/`))
          .join('\n'),
        'to add',
      ),
    place: ({ vpc, table }) => place(path.join(tree, 'tenants', `${TENANT}.yaml`), vpc, table),
    /** Takes the protection from `unit` that keeps an order to destroy away. */
    unprotect: (unit) =>
      change(path.join(units, unit, 'terragrunt.hcl'), 'prevent_destroy = true', 'prevent_destroy = false'),
    /** The policies that `npm run policy-proof` proves, of what stands. */
    keyArn: () => stateOf('keys').outputs.key_arn.value,
    policies: (vpc) => policiesOf({ bucketForm, vpc, keyArn: stateOf('keys').outputs.key_arn.value }),
  }
}

/**
 * Plans everything, applies the tenant, looks at what stands with `look`, and plans again without a difference. Says when it
 * has `planned` and `applied`.
 */
export async function proveMade(tenant, expect, look, { planned: onPlanned, applied: onApplied } = {}) {
  const planned = await tenant.planAll()
  expect('plans every unit of every tenant', planned.status === 0, planned.output)
  onPlanned?.()
  const applied = await tenant.run('apply', '-auto-approve')
  const made = count(applied.output, 'added')
  const isWhole = applied.status === 0 && made > 0 && made === tenant.countPlanned(planned.output)
  expect(`applies what it planned, ${made} resources`, isWhole, applied.output)
  onApplied?.()
  await look()
  const again = await tenant.run('plan', '-detailed-exitcode')
  expect('plans nothing after that', again.status === 0, again.output)
  onPlanned?.()
}

/** Sums the numbers that stand before `words`. */
function count(output, words) {
  return [...output.matchAll(new RegExp(`(\\d+) ${words}`, 'g'))].reduce((sum, [, each]) => sum + Number(each), 0)
}

/** The roles in the state of the unit `identity`, and those among them whose policy is not the one of `policies`. */
export function comparedRoles(identity, policies) {
  const roles = identity.resources
    .filter(({ type }) => type === 'aws_iam_role_policy')
    .flatMap(({ instances }) => instances.map(({ attributes }) => attributes))
  const differing = roles.filter(
    ({ name, policy }) => policyText(JSON.parse(policy)) !== policyText(policies.identity[name]),
  )
  return { count: roles.length, differing: differing.map(({ name }) => name) }
}

/** Puts `to` for the one `from` of a file; throws when it says none. */
export function change(file, from, to) {
  const text = readFileSync(file, 'utf8')
  const changed = text.replace(from, to)
  if (changed === text) throw new Error(`${file} does not say ${from}`)
  writeFileSync(file, changed)
}

function place(file, vpc, table) {
  const lines = `    vpc_ids: [${vpc}]\n    endpoint_vpc_ids: { ${vpc}: [${table}] }`
  change(file, /^ {4}vpc_ids: .*$/m, lines)
}

async function terragrunt(program, cwd, env, args, log) {
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

function policiesOf({ bucketForm, vpc, keyArn }) {
  const role = (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`
  return renderPolicies({
    partition: 'aws',
    region: REGION,
    accountId: ACCOUNT,
    tenantId: ID,
    environment: 'prod',
    bucketForm,
    keyArn,
    classification: { bronze: 'gdpr', silver: 'confidential', gold: 'internal', quarantine: 'gdpr' },
    vpcIds: [vpc],
    planRole: role('smelt-plan'),
    applyRole: role('smelt-apply'),
    breakGlassRole: role('break-glass'),
    oidcProvider: 'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE0D2B8C7E4',
    namespace: `smelt-${TENANT}`,
  })
}
