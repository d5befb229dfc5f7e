import path from 'node:path'
import { smeltError } from '#diagnostics'
import type { StoreConfig } from '#lake'
import type { EnvironmentNode, Named } from '#spec'
import type { BrokerConfig } from '#stream'
import { lakePlace } from '#tenant'
import type { GlobalOptions } from './command.ts'
import type { Host } from './host.ts'
import { Problems } from './problems.ts'
import { checkTenant, environmentOf, errorsIn, type OpenProject } from './project.ts'
import { openSecrets, revealed, type Secrets } from './secrets.ts'

/** The environment a command works in. Values of secrets are read when they are needed. */
export interface Environment {
  readonly name: string
  readonly node: EnvironmentNode
  readonly secrets: Secrets
  broker(): BrokerConfig
  /** Where the lake of `tenant` lies. Throws cli/unknown-tenant, and tenant/not-in-cloud for a lake named by what it lacks. */
  store(tenant: string): StoreConfig
}

type KafkaNode = Extract<EnvironmentNode['broker'], { kind: 'kafka' }>
type S3Node = Extract<EnvironmentNode['lake'], { kind: 's3' }>

/** Opens the environment that the options name. Throws what is wrong with smelt.yaml. */
export function openEnvironment(host: Host, globals: GlobalOptions, project: OpenProject): Environment {
  const { root, loaded } = project
  if (loaded.project === undefined)
    throw new Problems(
      errorsIn(project, () => true),
      loaded.texts,
    )
  const { name, node }: Named<EnvironmentNode> = environmentOf(loaded.project, globals)
  const secrets = openSecrets(host, root, node)
  return {
    name,
    node,
    secrets,
    broker: () =>
      node.broker.kind === 'kafka'
        ? kafkaConfig(node.broker, root, { host, secrets })
        : { kind: 'topic-log', path: path.resolve(root, node.broker.folder.value) },
    store: (tenant) =>
      node.lake.kind === 's3'
        ? s3Config(node.lake, (text) => lakePlace(text, checkTenant(project, tenant), name), secrets)
        : { kind: 'folder', path: path.resolve(root, node.lake.folder.value, tenant) },
  }
}

interface Machine {
  readonly host: Host
  readonly secrets: Secrets
}

function kafkaConfig({ bootstrap, tls, sasl }: KafkaNode, root: string, machine: Machine): BrokerConfig {
  return {
    kind: 'kafka',
    brokers: bootstrap.map(({ value }) => value),
    clientId: 'smelt',
    ...(tls === undefined ? {} : { tls: typeof tls === 'boolean' ? tls : tlsOptions(tls, root, machine) }),
    ...(sasl === undefined ? {} : { sasl: saslConfig(sasl, machine.secrets) }),
  }
}

const MECHANISM = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const

function saslConfig({ mechanism, username, password }: NonNullable<KafkaNode['sasl']>, secrets: Secrets) {
  return {
    mechanism: MECHANISM[mechanism],
    username: revealed(username, secrets),
    password: revealed(password, secrets),
  }
}

function tlsOptions(
  { ca, cert, key }: Exclude<KafkaNode['tls'], boolean | undefined>,
  root: string,
  { host, secrets }: Machine,
) {
  const pem = (file: string): string => {
    const text = host.files.read(path.resolve(root, file))?.toString('utf8')
    if (text === undefined) throw smeltError('cli/unreadable-file', { file, detail: 'there is no such file' })
    return text
  }
  return {
    ...(ca === undefined ? {} : { ca: pem(ca) }),
    ...(cert === undefined ? {} : { cert: pem(cert) }),
    ...(key === undefined ? {} : { key: revealed(key, secrets) }),
  }
}

/** `filled` puts in what is the tenant's own. */
function s3Config(lake: S3Node, filled: (text: string) => string, secrets: Secrets): StoreConfig {
  const { prefix, region, endpoint, pathStyle, accessKeyId, secretAccessKey } = lake
  return {
    kind: 's3',
    bucket: filled(lake.bucket.value),
    ...(prefix === undefined ? {} : { prefix: filled(prefix.value) }),
    ...(region === undefined ? {} : { region: filled(region) }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(pathStyle === undefined ? {} : { forcePathStyle: pathStyle }),
    ...(accessKeyId === undefined ? {} : { accessKeyId: revealed(accessKeyId, secrets) }),
    ...(secretAccessKey === undefined ? {} : { secretAccessKey: revealed(secretAccessKey, secrets) }),
  }
}
