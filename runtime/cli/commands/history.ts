import { parseInstanceName } from '#tenant'
import type { CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { checkTenant, openProject } from '../project.ts'
import { tableText } from '../table-text.ts'

/** `smelt history` */
export const history: CliCommand = {
  usage: 'history <instance>',
  summary: 'show the versions of an instance that ran, and what became of it',
  details:
    'A version is a plan that ran: the first is 1, and every change that is applied is the next. States are those that its ' +
    'processes told, the last hundred of them. Reads; changes nothing.',
  examples: [
    ['smelt history acme/inventory-compliance', 'shows versions and states, oldest first'],
    ['smelt history acme/inventory-compliance --json', 'prints for programs'],
  ],
  async run({ host, globals, args: [given = ''] }) {
    const project = openProject(host, globals, given)
    const environment = openEnvironment(host, globals, project)
    const { tenant, pipeline } = parseInstanceName(given)
    checkTenant(project, tenant)
    const [engine, { openStore }] = await Promise.all([import('#engine'), import('#lake')])
    const store = await openStore(environment.store(tenant))
    const at = (ms: number): string => new Date(ms).toISOString()
    try {
      const versions = (await engine.listVersions(store, pipeline)).map((each) => ({
        version: each.version,
        applied_at: at(each.appliedMs),
        checkpoint: each.checkpoint,
        plan: engine.shortHash(each.planHash),
        reason: each.reason,
      }))
      const states = (await engine.readLifecycle(store, pipeline)).map(({ state, atMs, reason }) => {
        return { state, since: at(atMs), reason }
      })
      if (globals.json) host.stdout.write(`${JSON.stringify({ instance: given, versions, states }, null, 2)}\n`)
      else if (versions.length + states.length === 0) host.stdout.write(`${given}: never ran\n`)
      else {
        const rows = versions.map((each) => Object.values(each).map(String))
        host.stdout.write(tableText(VERSIONS, rows))
        host.stdout.write(
          `\n${tableText(
            STATES,
            states.map((each) => Object.values(each)),
          )}`,
        )
      }
      return EXIT.fine
    } finally {
      await store.close()
    }
  },
}

const VERSIONS = [
  { name: 'version', right: true },
  { name: 'applied at' },
  { name: 'checkpoint', right: true },
  { name: 'plan' },
  { name: 'reason' },
]
const STATES = [{ name: 'state' }, { name: 'since' }, { name: 'reason' }]
