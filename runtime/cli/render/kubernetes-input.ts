import { diagnostic, smeltError } from '#diagnostics'
import type { SinkPlan } from '#plan'
import type { EnvironmentNode, TenantNode } from '#spec'
import {
  cloudInput,
  cloudNames,
  leastNeed,
  madeRoles,
  type Identity,
  type InstanceInput,
  type InstanceName,
  type KubernetesInput,
  type ReaderInput,
  type Reach,
} from '#tenant'
import type { Environment } from '../environment.ts'
import { instancesOf, resolveInstance } from '../instance/resolve-instance.ts'
import { Problems } from '../problems.ts'
import type { OpenProject } from '../project.ts'
import { secretsOfEnvironment, secretsOfSinks } from '../secrets.ts'
import type { KubernetesOptions } from './kubernetes-options.ts'

type KafkaNode = Extract<EnvironmentNode['broker'], { kind: 'kafka' }>
type S3Node = Extract<EnvironmentNode['lake'], { kind: 's3' }>

/** A tenant whose objects are made. */
export interface RenderedTenant {
  readonly project: OpenProject
  readonly environment: Environment
  readonly node: TenantNode
  /** The variables of the environment that the project needs, with the values they have: see `recordedVariables`. */
  readonly variables: Readonly<Record<string, string>>
}

/**
 * What the objects of a tenant are made of, out of its project and one of its environments. Throws
 * tenant/local-environment, tenant/quota-too-small, and everything that is wrong with an instance.
 */
export function kubernetesInput(rendered: RenderedTenant, options: KubernetesOptions): KubernetesInput {
  const { project, environment, node: tenant, variables } = rendered
  const { key, id, state } = tenant
  const { name, node } = environment
  const { broker, lake } = remoteOf(project, environment)
  const { image, scratch, flink, networks, ingestFrom } = options
  const { cpu, memoryBytes } = tenant.quotas ?? {}
  const identity = identityOf(lake, options, rendered)
  const input: KubernetesInput = {
    tenant: key,
    ...(id === undefined ? {} : { tenantId: id.value }),
    environment: name,
    state,
    instances: renderedInstances(project, tenant).map((each) => instanceInput(project, node, each)),
    ...(ingestFrom === undefined ? {} : { ingest: { from: ingestFrom, secrets: secretsOfEnvironment(node).sort() } }),
    image,
    identity,
    readers: readersOf(identity, options, rendered),
    engine: node.engine,
    secrets:
      node.secrets.kind === 'env'
        ? { kind: 'env', prefix: node.secrets.prefix }
        : { kind: 'folder', folder: node.secrets.folder.value },
    variables,
    reaches: [...kafkaReaches(broker, networks.kafka), lakeReach(lake, networks.lake)],
    scratch,
    flink,
    bounds: { ...(cpu === undefined ? {} : { cores: cpu }), ...(memoryBytes === undefined ? {} : { memoryBytes }) },
  }
  checkQuotas(input, rendered)
  return input
}

/** Those of the file of the tenant; of an offboarded one without those whose pipeline is gone or changed since. */
function renderedInstances(project: OpenProject, { key, state }: TenantNode): InstanceName[] {
  const all = instancesOf(project, key)
  if (state !== 'offboarded') return all
  const sound = project.loaded.instances.filter(({ tenant }) => tenant.key === key).map(({ pipeline }) => pipeline)
  return all.filter(({ pipeline }) => sound.includes(pipeline))
}

/** Pods that do not fit into the quota of their tenant would never start. */
function checkQuotas(input: KubernetesInput, { node: { key, quotas }, project }: RenderedTenant): void {
  const { bounds } = input
  const { cores, memoryMib } = leastNeed(input)
  const short: { field: 'cpu' | 'memory'; given: string; needed: string }[] = []
  if (bounds.cores !== undefined && bounds.cores < cores)
    short.push({ field: 'cpu', given: String(bounds.cores), needed: String(cores) })
  if (bounds.memoryBytes !== undefined && bounds.memoryBytes < memoryMib * MIB)
    short.push({ field: 'memory', given: `${Math.floor(bounds.memoryBytes / MIB)}Mi`, needed: `${memoryMib}Mi` })
  if (short.length === 0) return
  const told = short.map((each) => diagnostic('tenant/quota-too-small', { tenant: key, ...each }, quotas?.place))
  throw new Problems(told, project.loaded.texts)
}

const MIB = 1024 * 1024

/** A pod has no folder of this machine, and its own `localhost`. */
function remoteOf(
  { loaded }: OpenProject,
  { name, node: { broker, lake } }: Environment,
): { readonly broker: KafkaNode; readonly lake: S3Node } {
  if (broker.kind === 'kafka' && lake.kind === 's3') {
    const addresses = [...broker.bootstrap.map(({ value }) => value), lake.endpoint ?? '']
    const local = addresses.find((each) => LOOPBACK.test(each))
    if (local === undefined) return { broker, lake }
    const where = `its data at \`${local}\`, which in a pod is the pod itself`
    throw smeltError('tenant/local-environment', { environment: name, where, fit: [] })
  }
  const fit = (loaded.project?.environments ?? [])
    .filter(({ node }) => node.broker.kind === 'kafka' && node.lake.kind === 's3')
    .map((each) => each.name)
  const what = broker.kind === 'kafka' ? 'tables' : lake.kind === 's3' ? 'topics' : 'topics and tables'
  throw smeltError('tenant/local-environment', { environment: name, where: `${what} in a folder of this machine`, fit })
}

const LOOPBACK = /^(?:https?:\/\/)?(?:localhost|127\.[\d.]+|\[::1\])(?::|\/|$)/i

function instanceInput(
  project: OpenProject,
  node: EnvironmentNode,
  name: { readonly tenant: string; readonly pipeline: string },
): InstanceInput {
  const { plan, pipeline } = resolveInstance(project, name)
  const key = project.loaded.tenants.find((each) => each.key === name.tenant)?.piiKey?.value.secret
  const secrets = [...secretsOfEnvironment(node), ...(key === undefined ? [] : [key]), ...secretsOfSinks(plan)]
  return { pipeline, secrets: [...new Set(secrets)].sort(), reaches: (plan.sinks ?? []).flatMap(sinkReach) }
}

/** Where a sink delivers to; an address that is a secret is some host that speaks HTTPS. */
function sinkReach({ name, receiver }: SinkPlan): Reach[] {
  if (receiver.kind === 'kafka') return [] // The broker that every instance reaches.
  if (typeof receiver.url !== 'string') return [{ name: `sink-${name}`, ports: [443] }]
  return [{ name: `sink-${name}`, ...hostAndPort(receiver.url) }]
}

/** The brokers that the cluster tells of are on the ports of those it is entered by. */
function kafkaReaches({ bootstrap }: KafkaNode, networks: readonly string[]): Reach[] {
  const servers = bootstrap.map(({ value }) => {
    const at = value.lastIndexOf(':')
    return { host: value.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(value.slice(at + 1)) }
  })
  const ports = [...new Set(servers.map(({ port }) => port))].sort((a, b) => a - b)
  const host = servers.find((each) => each.host.includes('.svc'))?.host
  if (networks.length > 0) return [{ name: 'kafka', ports, networks }]
  return [{ name: 'kafka', ports, ...(host === undefined ? {} : { host }) }]
}

function lakeReach({ endpoint }: S3Node, networks: readonly string[]): Reach {
  const { host, ports } = endpoint === undefined ? { host: undefined, ports: [443] } : hostAndPort(endpoint)
  if (networks.length > 0) return { name: 'lake', ports, networks }
  return { name: 'lake', ports, ...(host === undefined ? {} : { host }) }
}

function hostAndPort(url: string): { readonly host: string; readonly ports: readonly number[] } {
  const { protocol, hostname, port } = new URL(url)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    ports: [port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port)],
  }
}

/** One way and not two: the first that the SDK finds would win, and the other be a riddle. */
function identityOf(
  lake: S3Node,
  { identities, networks: { sts } }: KubernetesOptions,
  { project, environment, node }: RenderedTenant,
): Identity {
  const ways: ('keys' | (typeof identities)[number])[] = [...identities]
  if (lake.accessKeyId !== undefined) ways.push('keys')
  const [way, ...others] = ways
  const bad = (detail: string): Error => smeltError('cli/bad-usage', { detail, command: 'smelt render' })
  if (way === undefined)
    throw bad(
      `The lake of \`${environment.name}\` has no access keys: give \`identity\` under \`kubernetes\` in smelt.yaml, \`--role-arn\` or \`--pod-identity\``,
    )
  if (others.length > 0)
    throw bad(
      'Pods get to the lake by one of: access keys or `identity` under `kubernetes` in smelt.yaml, `--role-arn`, `--pod-identity`',
    )
  const withRole = (arn: string): Identity => ({ kind: 'role', arn, ...(sts.length > 0 && { networks: sts }) })
  if (typeof way === 'object') return withRole(way.role)
  if (way === 'irsa') return withRole(cloudNames(cloudInput(node, environment.name, project.files)).roles('engine').arn)
  if (sts.length > 0)
    throw bad(
      'Only pods with a role ask the token service: leave `--sts-network`, or `sts_networks` in smelt.yaml, out',
    )
  return { kind: way }
}

/**
 * The roles by which others read, where the tenant stands in the cloud. By a role that somebody named for the engine, or by
 * access keys, nothing is known of others.
 */
function readersOf(
  identity: Identity,
  { identities }: KubernetesOptions,
  { project, environment, node }: RenderedTenant,
): ReaderInput[] {
  const stands = node.environments.some(({ name }) => name === environment.name)
  const isMapped = identity.kind === 'pod-identity'
  if (!stands || node.classification === undefined || !(isMapped || identities.includes('irsa'))) return []
  const made = madeRoles(node.classification).filter((role) => role.startsWith('reader-'))
  if (isMapped) return made.map((role) => ({ role }))
  const { roles } = cloudNames(cloudInput(node, environment.name, project.files))
  return made.map((role) => ({ role, arn: roles(role).arn }))
}
