import { Option } from 'commander'
import { smeltError } from '#diagnostics'
import { parseInstanceName, type InstanceName } from '#tenant'
import type { Call, CliCommand } from '../command.ts'
import { parseHealthAddress, type HealthAddress } from '../health/health-address.ts'
import type { Child } from '../host.ts'
import { openEnvironment } from '../environment.ts'
import { jsonObserver, liveObserver, textObserver } from '../instance/observers.ts'
import { stateNotes } from '../instance/state-notes.ts'
import { activeInstances } from '../instance/named-instances.ts'
import { resolveInstance } from '../instance/resolve-instance.ts'
import { rollBacks } from '../instance/roll-back.ts'
import { forkInstance, type ForkOptions } from '../instance/fork-instance.ts'
import { superviseInstances, type Observer } from '../instance/supervise.ts'
import { openProject, projectRoot, type OpenProject } from '../project.ts'

/** `smelt run` */
export const run: CliCommand = {
  usage: 'run [instance]',
  summary: 'run one pipeline of a tenant, all of a tenant, or all there are',
  details:
    'Each instance runs in a process of its own, from its last checkpoint on, until SIGTERM or Ctrl-C, which end it ' +
    'with a checkpoint; a second one kills. After a crash or a kill, start it again: no row is lost or repeated. With --from, the tables, ' +
    'the state and the positions go back first; a pipeline that never ran has nothing to go back from. A ' +
    'terminal shows a progress line; otherwise each checkpoint is one JSON line on standard output. An instance that fails by something outside is started again, after 10 s and then twice as ' +
    'long each time up to 2 min; the same error again and again at one checkpoint ends it.',
  options: [
    new Option('--all', 'run every instance of the project'),
    new Option('--until-end', 'stop by itself at the end offsets seen at start, closing every window'),
    new Option(
      '--from <where>',
      '`latest` (the default), a savepoint, or `empty`: takes the tables back, then goes on',
    ),
    new Option('--accept-loss', 'with --from: go on without records that the topics do not hold any more'),
    new Option(
      '--restart <when>',
      'start a failed instance again (default: `on-failure`, and `never` with --until-end)',
    ).choices(['on-failure', 'never']),
    new Option(
      '--health <address>',
      'answer probes over HTTP: `/readyz` and `/healthz` at a port of this machine, `8081`, or of all its addresses, `*:8081`',
    ),
    new Option('--log <form>', 'how to log').choices(['json', 'human']),
  ],
  examples: [
    ['smelt run acme/inventory-compliance --env kafka', 'runs one instance'],
    ['smelt run acme --until-end', 'catches up with the topics of a tenant, then ends'],
    ['smelt run --all --log json', 'runs everything, with a log for programs'],
    ['smelt run acme/inventory-compliance --from before-upgrade', 'takes the tables back to a savepoint first'],
  ],
  async run(call) {
    const { host, globals } = call
    const address = healthAddress(call)
    const forked = forkNamed(call)
    try {
      const project = openProject(host, globals, call.args[0])
      const environment = openEnvironment(host, globals, project)
      const chosen = chosenInstances(call, project)
      // What is wrong is told before anything is started, and once.
      for (const each of chosen) resolveInstance(project, each)
      const instances = chosen.map(({ tenant, pipeline }) => `${tenant}/${pipeline}`)
      const { root, loaded } = project
      const settings = { instances, forked, project: root, globals, ...startOf(call), texts: loaded.texts }
      const watched = {
        restart: restarts(call),
        onFailure: stateNotes(host, environment),
        onGiveUp: rollBacks(host, environment),
        observer: observerOf(call, project),
      }
      if (address === undefined) return await superviseInstances(host, { ...settings, ...watched })
      const { withHealth } = await import('../health/with-health.ts')
      return await withHealth(host, { instances, address }, (health) =>
        superviseInstances(host, { ...settings, ...watched, health }),
      )
    } catch (error) {
      for (const child of forked.values()) child.kill()
      throw error
    }
  },
}

/** Where `--health` has probes answered; undefined without it. */
function healthAddress({ text }: Call): HealthAddress | undefined {
  const given = text('health')
  if (given === undefined) return undefined
  const address = parseHealthAddress(given)
  if (address !== undefined) return address
  const detail = `\`--health\` takes a port such as \`8081\`, or \`*:8081\`, not \`${given}\``
  throw smeltError('cli/bad-usage', { detail, command: 'smelt run' })
}

/** What runs to its end is started again by whoever started it. */
function restarts({ flag, text }: Call): boolean {
  return (text('restart') ?? (flag('untilEnd') ? 'never' : 'on-failure')) === 'on-failure'
}

/** The process of the one instance that the command line names: it loads while the project is checked. */
function forkNamed(call: Call): Map<string, Child> {
  const {
    host,
    globals,
    args: [name],
  } = call
  const start = startOf(call)
  if (name?.includes('/') !== true || call.flag('all')) return new Map()
  const { tenant, pipeline } = parseInstanceName(name)
  const options = { project: projectRoot(host, globals), globals, ...start }
  const instance = `${tenant}/${pipeline}`
  return new Map([[instance, forkInstance(host, instance, options)]])
}

/** How the instances start. A savepoint is one instance's, and a way back is taken by one at a time. */
function startOf({ args: [name], flag, text }: Call): Pick<ForkOptions, 'untilEnd' | 'from' | 'acceptLoss'> {
  const from = text('from') ?? 'latest'
  const bad = (detail: string): Error => smeltError('cli/bad-usage', { detail, command: 'smelt run' })
  if (from !== 'latest' && (name?.includes('/') !== true || flag('all')))
    throw bad('`--from` goes back for one instance: name it, `tenant/pipeline`')
  if (flag('acceptLoss') && from === 'latest') throw bad('`--accept-loss` is for `--from` a savepoint or `empty`')
  return { untilEnd: flag('untilEnd'), ...(from === 'latest' ? {} : { from, acceptLoss: flag('acceptLoss') }) }
}

function chosenInstances({ args: [name], flag }: Call, project: OpenProject): InstanceName[] {
  if ((name === undefined) === !flag('all')) {
    const detail =
      name === undefined
        ? 'Name an instance (`tenant/pipeline`) or a tenant, or give `--all`'
        : 'Give either a name or `--all`'
    throw smeltError('cli/bad-usage', { detail, command: 'smelt run' })
  }
  return activeInstances(project, name)
}

function observerOf({ host, globals, text }: Call, { loaded }: OpenProject): Observer {
  const observed = { host, style: { colours: globals.colours, json: globals.json }, texts: loaded.texts }
  const form = text('log') ?? (globals.json || !host.stdout.isTerminal ? 'json' : 'human')
  if (form === 'json') return jsonObserver(observed)
  return host.stdout.isTerminal ? liveObserver(observed) : textObserver(observed)
}
