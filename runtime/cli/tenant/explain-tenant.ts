import { smeltError } from '#diagnostics'
import type { TenantNode } from '#spec'
import {
  accessOf,
  cloudInput,
  cloudNames,
  explainAccess,
  notInCloud,
  type DecidingStatement,
  type Neighbours,
  type PolicyInput,
} from '#tenant'
import type { Call } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { OpenProject } from '../project.ts'
import { openTenantFile, tenantNode } from './open-tenant.ts'

const NEVER_MADE =
  '  no such role is made: by the classification, that layer is read by the engine, maintenance and break-glass alone'
const ASSUMED = '  its own policies are not known, and taken to allow everything'

/**
 * Says whether somebody may do something with what a tenant has in the cloud, and which statements decide. Asks the policies
 * as they are rendered, not the cloud. Exits with 1 when it is denied.
 */
export function explainTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const { host, globals, text } = call
  // The project knows other environments than the cloud does.
  const { env, ...others } = globals
  const { project, node } = openTenantFile({ ...call, globals: others }, 'explain', key)
  const environment = environmentOf(node, env)
  const input = cloudInput(node, environment, project.files)
  const objectKey = text('key')
  const question = {
    principal: needed(call, 'principal'),
    action: needed(call, 'action'),
    from: text('from') ?? 'vpc',
    ...(objectKey !== undefined && { key: objectKey }),
  }
  const ownRole = question.principal.startsWith(`${node.key}/`)
  const principal = ownRole ? question.principal.slice(node.key.length + 1) : question.principal
  const access = accessOf({ ...question, principal }, input, neighboursOf(project, environment))
  const { allowed, decidedBy, why, assumed } = explainAccess(input, access)
  const { caller, operation, network } = access
  if (globals.json) {
    const whole = {
      tenant: node.key,
      environment,
      bucket: cloudNames(input).bucket,
      principal: {
        name: caller.name,
        arn: caller.principal.arn,
        ...(caller.isNeverMade === true && { made: false }),
        policies: assumed ? 'taken to allow everything' : 'known',
      },
      action: operation.action,
      key: objectKey ?? null,
      from: placeOf(question.from, network.name),
      allowed,
      why,
      decided_by: decidedBy,
    }
    host.stdout.write(`${JSON.stringify(whole, null, 2)}\n`)
  } else {
    const isSaid = !assumed || decidedBy.some(({ policy }) => policy === 'principal')
    const what = [operation.action, ...(objectKey === undefined ? [] : [objectKey])].join(' ')
    const head = `${allowed ? 'allowed' : 'denied'}: ${caller.name}, ${what} of ${node.key} in ${environment}, from ${placeOf(question.from, network.name)}`
    const notes = [...(caller.isNeverMade === true ? [NEVER_MADE] : []), ...(isSaid ? [] : [ASSUMED])]
    host.stdout.write(`${[head, ...notes, ...linesOf(decidedBy, why)].join('\n')}\n`)
  }
  return Promise.resolve(allowed ? EXIT.fine : EXIT.problems)
}

function needed({ text }: Call, option: string): string {
  const given = text(option)
  if (given !== undefined && given !== '') return given
  const detail = `\`smelt tenant explain\` needs \`--${option}\``
  throw smeltError('cli/bad-usage', { detail, command: 'smelt tenant' })
}

/** The environment of the cloud that is asked about: the one named, or the only one. */
function environmentOf(node: TenantNode, named: string | undefined): string {
  const known = node.environments.map(({ name }) => name)
  const [only] = known
  if (only === undefined || (named !== undefined && !known.includes(named))) throw notInCloud(node, named)
  if (named !== undefined) return named
  if (known.length === 1) return only
  const detail = `\`${node.key}\` stands in ${known.map((each) => `\`${each}\``).join(', ')}: name one with \`--env\``
  throw smeltError('cli/bad-usage', { detail, command: 'smelt tenant' })
}

function neighboursOf(project: OpenProject, environment: string): Neighbours {
  return {
    named: (tenant) => neighbourInput(project, tenant, environment),
    withId: (id) =>
      project.loaded.tenants
        .filter((each) => each.id?.value === id)
        .flatMap((node) =>
          node.environments.map(({ name }) => ({
            ...(name === environment && { name: node.key }),
            input: cloudInput(node, name, project.files),
          })),
        ),
  }
}

/** What another tenant's roles are made of, in the environment of the same name, or else in its first. */
function neighbourInput(project: OpenProject, tenant: string, environment: string): PolicyInput {
  const node = tenantNode(project, tenant)
  const found = node.environments.find(({ name }) => name === environment) ?? node.environments[0]
  if (found === undefined) throw notInCloud(node, undefined)
  return cloudInput(node, found.name, project.files)
}

const placeOf = (word: string, network: string): string =>
  word === 'service' ? 'a service of the cloud that acts for it' : network

function linesOf(decidedBy: readonly DecidingStatement[], why: string): string[] {
  if (decidedBy.length === 0) return [`  ${why}`]
  const width = Math.max(...decidedBy.map(({ statement }) => statement.length))
  return decidedBy.map(({ statement, policy, why: reason }) => {
    const where = policy === 'cloud' ? 'rule of the cloud' : `policy of the ${policy}`
    return `  ${statement.padEnd(width)}  ${where}: ${reason}`
  })
}
