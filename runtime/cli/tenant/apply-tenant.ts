import path from 'node:path'
import { smeltError } from '#diagnostics'
import { topicsOf } from '#tenant'
import type { Call } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { openJournal } from './journal.ts'
import { accessState, grantText, limitsState } from './client-access.ts'
import { compareFiles, openTenant, type OpenTenant } from './open-tenant.ts'
import { refuseSecondStack } from './refuse-second-stack.ts'
import { withBroker } from './with-broker.ts'

/** One step of an apply: it finds out what is missing, does that alone, and can be repeated. */
interface Step {
  readonly name: string
  /** What was done, or with a dry run would be; nothing when all of it was there. */
  readonly run: (dryRun: boolean) => Promise<readonly string[]>
}

/**
 * Does the steps in their order and writes each into the journal of the tenant. After a failure, or a kill, repeat it: what
 * is there is found and left as it is. Of a suspended or offboarded tenant only files are written, which then say so. The cloud is
 * changed by Terragrunt alone: the command is told, not run.
 */
export async function applyTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const { host, globals, flag } = call
  const partitions = partitionsOf(call)
  const opened = openTenant(call, 'apply', key)
  await refuseSecondStack(call, opened.project, opened.node)
  const { node, environment, project } = opened
  const dryRun = flag('dryRun')
  const journal = openJournal(host, project.root, { tenant: node.key, environment: environment.name })
  const steps: { readonly step: string; readonly done: readonly string[] }[] = []
  for (const { name, run } of stepsOf(call, opened, partitions)) {
    const done = await run(dryRun)
    if (!dryRun) journal.note(name, done)
    steps.push({ step: name, done })
    if (!globals.json) host.stdout.write(lineOf(name, done, dryRun))
  }
  const command = cloudCommand(opened)
  if (globals.json) {
    const whole = { tenant: node.key, environment: environment.name, dry_run: dryRun, steps, cloud_command: command }
    host.stdout.write(`${JSON.stringify(whole, null, 2)}\n`)
  } else if (command !== null) host.stdout.write(`\nThe cloud is changed by Terragrunt alone:\n  ${command}\n`)
  return EXIT.fine
}

function lineOf(name: string, done: readonly string[], dryRun: boolean): string {
  if (done.length === 0) return `${name}: nothing to do\n`
  return done.map((each) => `${name}: ${dryRun ? 'would be ' : ''}${each}\n`).join('')
}

/** How many topic partitions a topic gets. Judged before anything is done. */
function partitionsOf({ text }: Call): number {
  const given = text('partitions') ?? '4'
  const partitions = Number(given)
  if (/^\d+$/.test(given) && partitions >= 1 && partitions <= 10_000) return partitions
  const detail = `\`--partitions\` is a whole number from 1 to 10000, not \`${given.slice(0, 60)}\``
  throw smeltError('cli/bad-usage', { detail, command: 'smelt tenant' })
}

function stepsOf(call: Call, opened: OpenTenant, partitions: number): Step[] {
  const files: Step = { name: 'files', run: (dryRun) => Promise.resolve(writeRendered(call, opened, dryRun)) }
  if (opened.node.state !== 'active') return [files]
  return [
    files,
    { name: 'topics', run: (dryRun) => makeTopics(opened, partitions, dryRun) },
    { name: 'access', run: (dryRun) => letWork(opened, dryRun) },
    { name: 'quotas', run: (dryRun) => limitClients(opened, dryRun) },
    { name: 'lake', run: (dryRun) => openLake(opened, dryRun) },
  ]
}

function writeRendered({ host }: Call, opened: OpenTenant, dryRun: boolean): string[] {
  return compareFiles(opened)
    .filter(({ state }) => state !== 'same')
    .map(({ path: file, text, state }) => {
      const absolute = path.join(opened.project.root, file)
      if (!dryRun && state === 'missing') host.files.create(absolute, text)
      else if (!dryRun) host.files.write(absolute, text)
      return `${state === 'missing' ? 'written' : 'written anew'}: ${file}`
    })
}

async function makeTopics({ environment, input }: OpenTenant, partitions: number, dryRun: boolean): Promise<string[]> {
  return withBroker(environment, async (broker) => {
    const made: string[] = []
    for (const topic of topicsOf(input)) {
      const isMissing = dryRun
        ? (await broker.topic(topic)) === undefined
        : (await broker.createTopic(topic, { partitions })) === 'created'
      if (isMissing) made.push(`made: ${topic} with ${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`)
    }
    return made
  })
}

/** Lets the clients of the tenant do at the broker what they need, and nothing else; takes nothing away. */
function letWork(opened: OpenTenant, dryRun: boolean): Promise<string[]> {
  return withBroker(opened.environment, async ({ access }) => {
    if (access === undefined) return []
    const { principal, unguarded, missing } = await accessState(access, opened)
    if (unguarded) return ['left as it is: the broker has no authorizer and lets everybody do everything']
    if (!dryRun) await access.grant(principal, missing)
    return missing.map((grant) => `granted to ${principal}: ${grantText(grant)}`)
  })
}

function limitClients(opened: OpenTenant, dryRun: boolean): Promise<string[]> {
  return withBroker(opened.environment, async ({ access }) => {
    if (access === undefined) return []
    const { user, wanted, different } = await limitsState(access, opened)
    if (different.length === 0) return []
    if (!dryRun) await access.limit(user, wanted)
    return different.map((each) => `set for ${user}: ${each}`)
  })
}

/** Finds out whether the store keeps its word: creates, reads, refuses to create twice, removes. */
async function openLake({ environment, node }: OpenTenant, dryRun: boolean): Promise<string[]> {
  if (dryRun) return []
  const { openStore, probeStore } = await import('#lake')
  const store = await openStore(environment.store(node.key))
  try {
    await probeStore(store)
    return ['answers, and keeps what two write at once apart']
  } finally {
    await store.close()
  }
}

/** What changes the cloud, for a person or a build to run; null for a tenant that does not stand in this environment, or is gone. */
function cloudCommand({ node, environment, input }: OpenTenant): string | null {
  const found = node.environments.find(({ name }) => name === environment.name)
  if (found === undefined || input.stub === undefined || node.state === 'offboarded') return null
  const folder = `terragrunt/live/${found.name}/${found.node.region.value}/tenants/${node.key}`
  return `terragrunt run --all --working-dir ${folder} -- apply`
}
