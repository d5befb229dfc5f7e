import { randomUUID } from 'node:crypto'
import { Option } from 'commander'
import { smeltError } from '#diagnostics'
import { parseInstanceName } from '#tenant'
import type { CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { askInstance } from '../instance/ask-instance.ts'
import { lockedPipeline } from '../instance/engine-options.ts'
import { resolveInstance } from '../instance/resolve-instance.ts'
import { openProject } from '../project.ts'

interface Taken {
  readonly name: string
  readonly checkpoint: number
}

/** `smelt savepoint` */
export const savepoint: CliCommand = {
  usage: 'savepoint <instance>',
  summary: 'keep where an instance stands, so that it can be gone back to',
  details:
    'Keeps a checkpoint with its state, and tags every table (`savepoint-<name>`), so that nothing of it is ever cleaned ' +
    'up. A running instance does it with its next checkpoint; this waits for it. Go back with `smelt run --from <name>`.',
  options: [
    new Option(
      '--name <name>',
      'lower-case letters, digits and `-`, but not `empty` or `latest` (default: `checkpoint-<id>`)',
    ),
  ],
  examples: [
    ['smelt savepoint acme/inventory-compliance', 'keeps where it stands'],
    ['smelt savepoint acme/inventory-compliance --name before-upgrade', 'under a name of your own'],
  ],
  async run({ host, globals, args: [given = ''], text }) {
    const project = openProject(host, globals, given)
    const environment = openEnvironment(host, globals, project)
    const instance = resolveInstance(project, parseInstanceName(given))
    const [engine, lake] = await Promise.all([import('#engine'), import('#lake')])
    const name = text('name')
    if (name !== undefined && !engine.isSavepointName(name)) {
      const detail =
        `\`${name}\` cannot name a savepoint: it takes lower-case letters, digits and \`-\`, at most 63, ` +
        'and neither `empty` nor `latest`, which `smelt run --from` takes for other places'
      throw smeltError('cli/bad-usage', { detail, command: 'smelt savepoint' })
    }
    const store = await lake.openStore(environment.store(instance.tenant))
    const { tenant, pipeline } = instance
    try {
      const taken = await askInstance<Taken>(host, {
        store,
        locked: lockedPipeline(instance, store),
        kind: 'savepoint',
        arguments: name === undefined ? {} : { name },
        read: (result) => result as Taken,
        async alone() {
          await lake.probeStore(store)
          const place = { store, clock: host.clock, tenant, pipeline, runId: randomUUID() }
          const made = await engine.takeSavepointAlone(place, {
            ...(name === undefined ? {} : { name }),
            by: host.userName,
          })
          return { name: made.name, checkpoint: made.checkpoint.id }
        },
        onAsked: (pid) => {
          if (!globals.json) host.stderr.write(`asked process ${pid}, which answers with its next checkpoint\n`)
        },
      })
      if (globals.json) host.stdout.write(`${JSON.stringify({ instance: instance.name, ...taken }, null, 2)}\n`)
      else host.stdout.write(`${instance.name}: savepoint ${taken.name} keeps checkpoint ${taken.checkpoint}\n`)
      return EXIT.fine
    } finally {
      await store.close()
    }
  },
}
