import { nearestMatch, smeltError } from '#diagnostics'
import type { Call, CliCommand } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import { applyTenant } from '../tenant/apply-tenant.ts'
import { offboardTenant, resumeTenant, suspendTenant } from '../tenant/change-state.ts'
import { checkTenants } from '../tenant/check-tenants.ts'
import { explainTenant } from '../tenant/explain-tenant.ts'
import { listTenants } from '../tenant/list-tenants.ts'
import { newTenant } from '../tenant/new-tenant.ts'
import { planTenant } from '../tenant/plan-tenant.ts'
import { verifyTenant } from '../tenant/verify-tenant.ts'
import { refuseStray, verbOption } from '../verb-options.ts'

/** What is done with a tenant, by the word for it. */
const VERBS: Readonly<Record<string, (call: Call, tenant: string | undefined) => Promise<ExitCode>>> = {
  new: newTenant,
  check: checkTenants,
  list: listTenants,
  plan: planTenant,
  explain: explainTenant,
  apply: applyTenant,
  verify: verifyTenant,
  suspend: suspendTenant,
  resume: resumeTenant,
  offboard: offboardTenant,
}

/** Which verb takes which option: one that a verb would ignore is refused. */
const OPTIONS = [
  verbOption(
    ['new', 'apply', 'suspend', 'resume', 'offboard'],
    '--dry-run',
    'tell what would be done, and change nothing',
  ),
  verbOption(['new'], '--name <name>', 'the name for people'),
  verbOption(['new'], '--pipeline <name...>', 'the pipelines that it runs (default: all there are)'),
  verbOption(['new'], '--environment <name>', 'the environment of the cloud (default: prod)'),
  verbOption(['new'], '--region <code>', 'the region by its full code; with it, the tenant stands in the cloud'),
  verbOption(['new'], '--account <number>', 'the cloud account, twelve digits'),
  verbOption(['new'], '--vpc <id...>', 'the networks from which the data may be reached'),
  verbOption(['new'], '--residency <words...>', 'in whose law the data may lie (default: that of the region)'),
  verbOption(['new'], '--sensitivity <level>', 'of every layer, to be refined in the file (default: confidential)'),
  verbOption(['new'], '--owner <mail>', 'who decides about the data'),
  verbOption(
    ['explain'],
    '--principal <who>',
    'a role such as engine or reader-gold, of another tenant globex/engine, outsider, or the ARN of any role',
  ),
  verbOption(
    ['explain'],
    '--action <action>',
    'read, write, delete, list, or by its full name such as s3:GetObjectVersion',
  ),
  verbOption(['explain'], '--key <key>', 'the key of the object, or what the names begin with'),
  verbOption(
    ['explain'],
    '--from <place>',
    'vpc, the id of a network, an address, internet, other-vpc, other-region, no-tls, old-tls, service (default: vpc)',
  ),
  verbOption(['apply'], '--partitions <n>', 'topic partitions of a topic that is made (default: 4)'),
  verbOption(['plan'], '--detailed-exitcode', 'exit with 4 when there is something to apply'),
]

/** `smelt tenant` */
export const tenant: CliCommand = {
  usage: 'tenant <verb> [tenant]',
  summary: 'onboard a tenant, see what it has, suspend it, let it go',
  details:
    'new: writes the file of a tenant and its stubs for Terragrunt, and nothing else; for a file that is there without an id, ' +
    'it prints one. check: the files of all tenants. list: all tenants. plan: what a tenant is rendered to, against what is there, and who reaches its data in the cloud. explain: whether ' +
    'somebody may do something there, and which statements of which policies decide; exits with 1 when it is denied. Here ' +
    '`--env` is the environment of the cloud, and not needed where the tenant stands in one. apply: writes it, makes the topics, ' +
    'lets its clients do what they need at the broker, opens the lake; every step can be repeated, and of a suspended tenant only the files ' +
    'are written, of an offboarded one only those of Kubernetes, without pods. verify: whether all of it is there; of a tenant ' +
    'that is not active, the files alone. suspend: ends the instances with a ' +
    'savepoint each, and keeps the data; resume: takes that back. offboard: lets a suspended tenant go; its data stay ' +
    'where they are, and its file stays as a tombstone that keeps its key and id from ever being used again. These three change nothing when ' +
    'repeated, go on where one was killed, and say what is left to do in Kubernetes. Only `apply` ' +
    'touches anything outside the project and its instances.',
  options: OPTIONS.map(({ option }) => option),
  examples: [
    [
      'smelt tenant new initech --region eu-central-1 --account 777788889999 --vpc vpc-0c6a98eb38dfa8798',
      'writes tenants/initech.yaml and its stub',
    ],
    ['smelt tenant plan initech', 'shows every file it is rendered to'],
    ['smelt tenant apply initech', 'writes them, makes topics, opens the lake'],
    [
      'smelt tenant explain acme --principal globex/engine --action read --key gold/t/1.parquet --from vpc',
      'says denied, and which statements deny',
    ],
    ['smelt tenant suspend initech', 'ends its instances, each with a savepoint'],
  ],
  async run(call) {
    const [verb = '', key] = call.args
    const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined
    if (act !== undefined) {
      refuseStray(call, 'smelt tenant', verb, OPTIONS)
      return act(call, key)
    }
    const known = Object.keys(VERBS)
    const nearest = nearestMatch(verb, known)
    const hint = nearest === undefined ? `It can ${known.join(', ')}` : `Did you mean \`${nearest}\`?`
    throw smeltError('cli/bad-usage', { detail: `There is no \`tenant ${verb}\`. ${hint}`, command: 'smelt tenant' })
  },
}
