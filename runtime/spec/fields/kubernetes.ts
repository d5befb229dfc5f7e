import { choice } from '../kinds/choice.ts'
import { defaulted, optional, required } from '../kinds/field.ts'
import { distinct, list } from '../kinds/list.ts'
import { noun } from '../kinds/noun.ts'
import { textLike } from '../kinds/text.ts'
import type { KubernetesNode, Located } from '../nodes.ts'

/** An image with a tag or a digest: what `latest` is tomorrow nobody knows. */
export const POD_IMAGE = /^[a-z0-9][\w./:-]*(?::(?!latest$)[\w][\w.-]{0,127}|@sha256:[\da-f]{64})$/
/** A size that disks are asked for in, its number and its unit. */
export const DISK_SIZE = /^([1-9]\d{0,5})(Mi|Gi|Ti)$/

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const V4 = `${OCTET}(?:\\.${OCTET}){3}/(?:3[0-2]|[12]?\\d)`
/** Eight groups, or fewer with `::` in one place. */
const GROUP = '[\\dA-Fa-f]{1,4}'
const SHORT = `(?!.*::.*::)(?!.*:::)(?!:[^:])(?!.*[^:]:/)(?=[^/]*::)(?:${GROUP})?(?::(?:${GROUP})?){2,7}`
const V6 = `(?:${GROUP}(?::${GROUP}){7}|${SHORT})/(?:12[0-8]|1[01]\\d|[1-9]?\\d)`
/** A network as CIDR. */
export const CIDR = new RegExp(`^(?:${V4}|${V6})$`)
/** A namespace of the cluster, or a network. */
export const NEIGHBOUR = new RegExp(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?|${V4}|${V6})$`)

const networks = distinct(list(textLike(CIDR, 'a network such as `10.0.0.0/16`')))

const ingest = noun({
  name: 'ingest setting',
  doc: 'Takes records over HTTP, for each tenant in its own namespace.',
  fields: {
    from: required(distinct(list(textLike(NEIGHBOUR, 'a namespace or a network such as `10.0.0.0/16`'))), {
      doc: 'Who may send: namespaces of the cluster, such as that of your proxy, and networks. Nobody else reaches it.',
      example: '[ingress-nginx]',
    }),
  },
  build: ({ from }): readonly string[] => valuesOf(from),
})

/** `kubernetes:` of an environment. */
export const kubernetes = noun({
  name: 'Kubernetes setting',
  doc: 'How the pods of an environment are made. With it, `smelt tenant plan` and `apply` write them to `k8s/`.',
  fields: {
    image: required(textLike(POD_IMAGE, 'an image with a tag or a digest, and `latest` is none'), {
      doc: 'The image with Smelt, and the project under `/project`.',
      example: 'registry.example.org/lake:1.4.0',
    }),
    identity: optional(choice(['irsa', 'pod-identity']), {
      doc: "How pods become the engine's role of their tenant: by the annotation of their account, or by the agent of EKS. Leave it out where the lake has access keys.",
      example: 'irsa',
    }),
    scratch: defaulted(textLike(DISK_SIZE, 'a size such as `20Gi`'), '20Gi', {
      doc: 'Disk of each pod for what spills out of memory.',
    }),
    kafka_networks: optional(networks, {
      doc: 'The networks of the brokers. Left out: any, at their ports.',
      example: '[10.20.0.0/16]',
    }),
    lake_networks: optional(networks, {
      doc: 'The networks of the object store. Left out: any, at its port.',
      example: '[10.30.0.0/24]',
    }),
    sts_networks: optional(networks, {
      doc: "The networks of the token service, which pods with `identity: irsa` ask for their role's credentials: those of its interface endpoint. Left out: any, at port 443.",
      example: '[10.30.1.0/24]',
    }),
    ingest: optional(ingest, { doc: 'Takes records over HTTP.', example: '{ from: [ingress-nginx] }' }),
  },
  build: (values): KubernetesNode => ({
    image: values.image.value,
    ...(values.identity === undefined ? {} : { identity: values.identity.value }),
    scratch: values.scratch.value,
    kafkaNetworks: valuesOf(values.kafkaNetworks),
    lakeNetworks: valuesOf(values.lakeNetworks),
    stsNetworks: valuesOf(values.stsNetworks),
    ...(values.ingest === undefined ? {} : { ingestFrom: values.ingest }),
  }),
})

function valuesOf(all: readonly Located<string>[] = []): string[] {
  return all.map(({ value }) => value)
}
