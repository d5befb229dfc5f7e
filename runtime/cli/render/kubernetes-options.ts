import { smeltError } from '#diagnostics'
import { CIDR, DISK_SIZE, NEIGHBOUR, POD_IMAGE, type KubernetesNode } from '#spec'
import type { KubernetesInput } from '#tenant'
import type { Call } from '../command.ts'
import { VERSION } from '../version.ts'

/** How pods are made, by smelt.yaml and the command line. */
export interface KubernetesOptions {
  readonly image: string
  /** The ways to the lake that are named, beside the access keys of the environment. */
  readonly identities: readonly ('irsa' | 'pod-identity' | { readonly role: string })[]
  readonly scratch: string
  readonly flink: KubernetesInput['flink']
  /** The networks of the brokers, of the store and of the token service, as CIDRs. */
  readonly networks: Readonly<Record<'kafka' | 'lake' | 'sts', readonly string[]>>
  /** Namespaces and networks that records come from over HTTP; absent where none are taken. */
  readonly ingestFrom?: readonly string[]
}

const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/

/** What smelt.yaml says alone. */
export function kubernetesOptions(node: KubernetesNode): KubernetesOptions {
  const { image, identity, scratch, kafkaNetworks, lakeNetworks, stsNetworks, ingestFrom } = node
  return {
    image,
    identities: identity === undefined ? [] : [identity],
    scratch,
    flink: 'none',
    networks: { kafka: kafkaNetworks, lake: lakeNetworks, sts: stsNetworks },
    ...(ingestFrom === undefined ? {} : { ingestFrom }),
  }
}

const BARE: KubernetesNode = {
  image: `smelt:${VERSION}`,
  scratch: '20Gi',
  kafkaNetworks: [],
  lakeNetworks: [],
  stsNetworks: [],
}

/** What the command line says, and smelt.yaml where it says nothing. Throws cli/bad-usage. */
export function givenOptions({ text, flag }: Call, node: KubernetesNode = BARE): KubernetesOptions {
  const preset = kubernetesOptions(node)
  const role = text('roleArn')
  if (role !== undefined && !ROLE.test(role)) throw bad(`\`${role}\` is not the ARN of a role`)
  const image = text('image') ?? preset.image
  if (!POD_IMAGE.test(image)) throw bad(`\`${image}\` is not an image with a tag or a digest, and \`latest\` is none`)
  const scratch = text('scratch') ?? preset.scratch
  if (!DISK_SIZE.test(scratch)) throw bad(`\`${scratch}\` is not a size such as \`20Gi\``)
  const given = [...(role === undefined ? [] : [{ role }]), ...(flag('podIdentity') ? (['pod-identity'] as const) : [])]
  const mode = text('flink')
  const from = listOf(text('ingestFrom'), NEIGHBOUR, 'a namespace or a network such as `10.0.0.0/16`')
  const ingestFrom = from ?? preset.ingestFrom
  const network = (name: string): string[] | undefined => listOf(text(name), CIDR, 'a network such as `10.0.0.0/16`')
  return {
    image,
    identities: given.length > 0 ? given : preset.identities,
    scratch,
    flink: mode === 'application' ? 'flink-application' : mode === 'session' ? 'flink-session' : 'none',
    networks: {
      kafka: network('kafkaNetwork') ?? preset.networks.kafka,
      lake: network('lakeNetwork') ?? preset.networks.lake,
      sts: network('stsNetwork') ?? preset.networks.sts,
    },
    ...(ingestFrom === undefined ? {} : { ingestFrom }),
  }
}

/** A list with commas, each of one form; undefined where nothing is given. */
function listOf(text: string | undefined, form: RegExp, expects: string): string[] | undefined {
  const given = (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const wrong = given.find((each) => !form.test(each))
  if (wrong !== undefined) throw bad(`\`${wrong}\` is not ${expects}`)
  return given.length === 0 ? undefined : given
}

function bad(detail: string): Error {
  return smeltError('cli/bad-usage', { detail, command: 'smelt render' })
}
