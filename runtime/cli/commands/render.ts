import { Option } from 'commander'
import { nearestMatch, smeltError } from '#diagnostics'
import type { CliCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { VERSION } from '../version.ts'

const TARGETS = ['k8s']

/** `smelt render` */
export const render: CliCommand = {
  usage: 'render <what> [tenant]',
  summary: 'print or write the Kubernetes objects that a tenant runs as',
  details:
    'A kustomize base and the overlay of one tenant: its namespace, policies, quota, service account, and a set of one ' +
    'pod per pipeline. The environment must keep topics in Kafka and tables in a bucket; what its `kubernetes` in smelt.yaml ' +
    'says need not be given here, and `smelt tenant apply` writes the same then. Nothing is applied, and no ' +
    'value of a secret is read. With --repository, also what Argo CD is given.',
  options: [
    new Option('--out <folder>', 'write the files into this folder (default: print them)'),
    new Option('--image <image>', `the image with Smelt and the project (default: \`smelt:${VERSION}\`)`),
    new Option('--role-arn <arn>', 'pods take this role (IRSA)'),
    new Option('--pod-identity', 'the platform gives pods a role (EKS Pod Identity)'),
    new Option('--kafka-network <cidrs>', 'the networks of the brokers, with commas (default: any, at their ports)'),
    new Option('--lake-network <cidrs>', 'the networks of the object store, with commas (default: any, at its port)'),
    new Option(
      '--sts-network <cidrs>',
      'the networks of the token service that pods with a role ask, with commas (default: any, at 443)',
    ),
    new Option('--scratch <size>', 'disk of each pod for what spills out of memory (default: 20Gi)'),
    new Option('--ingest-from <list>', 'take records over HTTP from these namespaces and networks, with commas'),
    new Option('--flink <mode>', 'placeholders for the operator of Flink instead').choices(['application', 'session']),
    new Option('--repository <url>', 'the git repository that Argo CD reads; needs --out'),
    new Option('--revision <name>', 'the branch or tag that Argo CD reads (default: main)'),
  ],
  examples: [
    ['smelt render k8s acme --env s3', 'prints all files'],
    [
      'smelt render k8s acme --env s3 --out k8s',
      'writes them; `kubectl kustomize k8s/s3/tenants/acme` puts them together',
    ],
    ['smelt render k8s acme --env s3 --json', 'prints them for programs'],
  ],
  async run(call) {
    const [what = '', tenant] = call.args
    const bad = (detail: string): Error => smeltError('cli/bad-usage', { detail, command: 'smelt render' })
    if (!TARGETS.includes(what)) {
      const nearest = nearestMatch(what, TARGETS) ?? TARGETS.join(', ')
      throw bad(`\`${what}\` cannot be rendered; what can: \`${nearest}\``)
    }
    if (tenant === undefined) throw bad('Name the tenant')
    const { renderKubernetes } = await import('../render/render-kubernetes.ts')
    renderKubernetes(call, tenant)
    return EXIT.fine
  },
}
