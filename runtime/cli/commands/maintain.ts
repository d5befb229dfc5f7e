import { rm } from 'node:fs/promises'
import path from 'node:path'
import { Option } from 'commander'
import { upkeepText } from '#telemetry'
import { parseInstanceName } from '#tenant'
import { closeAll } from '../close-all.ts'
import type { CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { resolveInstance } from '../instance/resolve-instance.ts'
import { awaitRunLock } from '../instance/run-lock.ts'
import { didSomething, upkeepLine } from '../instance/upkeep-log.ts'
import { openProject } from '../project.ts'

/** `smelt maintain` */
export const maintain: CliCommand = {
  usage: 'maintain <instance>',
  summary: 'compact the tables of an instance, expire snapshots, remove orphans',
  details:
    'A running instance does this by itself, a table at a time (`maintenance` in smelt.yaml). This does all tables of ' +
    'one that does not run, as far as it goes. Rows do not change; what a savepoint or a running query needs stays. ' +
    'Safe to stop at any moment.',
  options: [new Option('--dry-run', 'tell what would be done; also while the instance runs')],
  examples: [
    ['smelt maintain acme/inventory-compliance', 'does everything that is due'],
    ['smelt maintain acme/inventory-compliance --dry-run --json', 'tells it, for programs'],
  ],
  async run({ host, globals, args: [name = ''], flag }) {
    const project = openProject(host, globals, name)
    const environment = openEnvironment(host, globals, project)
    const { tenant, pipeline, plan, name: instance } = resolveInstance(project, parseInstanceName(name))
    const [engine, lake] = await Promise.all([import('#engine'), import('#lake')])
    const store = await lake.openStore(environment.store(tenant))
    const closers: (() => unknown)[] = [() => store.close()]
    const dryRun = flag('dryRun')
    try {
      if (!dryRun) closers.push(await awaitRunLock(host, { storeRoot: store.root, pipeline, instance }))
      const scratch = path.join(host.temporaryFolder, `smelt-${host.user}`, `maintain-${host.pid}`)
      closers.push(() => rm(scratch, { recursive: true, force: true }))
      const { engine: bounds, maintenance: settings } = environment.node
      const { memoryLimitBytes, threads = host.cores } = bounds
      const session = await engine.openSession({ memoryLimitBytes, threads, spill: path.join(scratch, 'spill') })
      closers.push(() => session.close())
      const catalog = lake.openCatalog(store)
      const upkeep = engine.openUpkeep({ plan, catalog, session, clock: host.clock, scratch, settings })
      const reports = await upkeep.all({ dryRun })
      const lines = reports.map((report) => upkeepLine(instance, report, host.clock()))
      if (globals.json) host.stdout.write(`${JSON.stringify(lines, null, 2)}\n`)
      else {
        const told = lines.filter(didSomething).map((line) => `${upkeepText(line)}\n`)
        host.stdout.write(told.length === 0 ? `${instance}: nothing to do\n` : told.join(''))
      }
      return EXIT.fine
    } finally {
      await closeAll(closers)
    }
  },
}
