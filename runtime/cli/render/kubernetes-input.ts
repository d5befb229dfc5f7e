import { smeltError } from '#diagnostics'
import type { Plan, SinkPlan } from '#plan'
import type { EnvironmentNode, MaybeSecret } from '#spec'
import type { Identity, InstanceInput, KubernetesInput, Reach } from '#tenant'
import type { Environment } from '../environment.ts'
import { instancesOf, resolveInstance } from '../instance/resolve-instance.ts'
import type { OpenProject } from '../project.ts'
import { secretsOfEnvironment } from '../secrets.ts'

/** What the command line says about the pods. */
export interface KubernetesOptions {
  readonly image: string
  readonly podIdentity: boolean
  readonly roleArn: string | undefined
  readonly scratch: string
  readonly flink: KubernetesInput['flink']
  /** The networks of the brokers and of the store, as CIDRs. */
  readonly networks: { readonly kafka: readonly string[]; readonly lake: readonly string[] }
}

type KafkaNode = Extract<EnvironmentNode['broker'], { kind: 'kafka' }>
type S3Node = Extract<EnvironmentNode['lake'], { kind: 's3' }>

/**
 * What the objects of a tenant are made of, out of its project and one of its environments. Throws
 * tenant/local-environment, and everything that is wrong with an instance.
 */
export function kubernetesInput(
  { project, environment }: { readonly project: OpenProject; readonly environment: Environment },
  tenant: string,
  options: KubernetesOptions & { readonly variables: Readonly<Record<string, string>> },
): KubernetesInput {
  const { name, node } = environment
  const { broker, lake } = remoteOf(project, environment)
  const id = project.loaded.tenants.find(({ key }) => key === tenant)?.id?.value
  const { image, scratch, flink, variables } = options
  return {
    tenant,
    ...(id === undefined ? {} : { tenantId: id }),
    environment: name,
    instances: instancesOf(project, tenant).map((each) => instanceInput(project, node, each)),
    image,
    identity: identityOf(lake, options, name),
    engine: node.engine,
    secrets:
      node.secrets.kind === 'env'
        ? { kind: 'env', prefix: node.secrets.prefix }
        : { kind: 'folder', folder: node.secrets.folder.value },
    variables,
    reaches: [...kafkaReaches(broker, options.networks.kafka), lakeReach(lake, options.networks.lake)],
    scratch,
    flink,
  }
}

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

function secretsOfSinks({ sinks = [] }: Plan): string[] {
  return sinks.flatMap(({ receiver }) => {
    if (receiver.kind === 'kafka') return []
    const values: (MaybeSecret | undefined)[] = [receiver.url, receiver.authorization]
    if (receiver.kind === 'webhook') values.push(receiver.signingKey)
    return values.flatMap((each) => (typeof each === 'object' ? [each.secret] : []))
  })
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
function identityOf(lake: S3Node, { podIdentity, roleArn }: KubernetesOptions, environment: string): Identity {
  const keys = lake.accessKeyId !== undefined
  const ways = [keys, podIdentity, roleArn !== undefined].filter(Boolean).length
  if (ways === 1) {
    if (keys) return { kind: 'keys' }
    return roleArn === undefined ? { kind: 'pod-identity' } : { kind: 'role', arn: roleArn }
  }
  const detail =
    ways === 0
      ? `The lake of \`${environment}\` has no access keys: give \`--role-arn\` or \`--pod-identity\``
      : 'Pods get to the lake by one of: access keys in smelt.yaml, `--role-arn`, `--pod-identity`'
  throw smeltError('cli/bad-usage', { detail, command: 'smelt render' })
}
