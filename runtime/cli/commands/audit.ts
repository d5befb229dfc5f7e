import path from 'node:path'
import { Option } from 'commander'
import { countText } from '#telemetry'
import { parseInstanceName } from '#tenant'
import type { CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { inForce } from '../instance/held-back.ts'
import { resolveInstance } from '../instance/resolve-instance.ts'
import { openProject } from '../project.ts'
import { tableText } from '../table-text.ts'

/** `smelt audit` */
export const audit: CliCommand = {
  usage: 'audit <instance>',
  summary: 'prove from the tables that no record was lost or repeated',
  details:
    'Recomputes the books of an instance from its tables and offsets, as of its newest checkpoint, and compares. With ' +
    '--deep, also rebuilds silver and gold from bronze aside and compares row by row; tables of a source that has lost ' +
    'records of bronze are named and left out. Reads; changes nothing. Exit code 1 when anything differs.',
  options: [new Option('--deep', 'rebuild silver and gold from bronze and compare every row')],
  examples: [
    ['smelt audit acme/inventory-compliance', 'checks the counts'],
    ['smelt audit acme/inventory-compliance --deep', 'checks every row'],
  ],
  async run({ host, globals, args: [name = ''], flag }) {
    const project = openProject(host, globals, name)
    const environment = openEnvironment(host, globals, project)
    const today = resolveInstance(project, parseInstanceName(name))
    const piiKey = today.piiKey(environment.secrets)
    const [{ auditInstance }, { openStore }] = await Promise.all([import('#engine'), import('#lake')])
    const store = await openStore(environment.store(today.tenant))
    try {
      const instance = await inForce(store, today)
      const report = await auditInstance({
        plan: instance.plan,
        store,
        clock: host.clock,
        deep: flag('deep'),
        references: instance.references,
        memoryLimitBytes: environment.node.engine.memoryLimitBytes,
        threads: environment.node.engine.threads ?? host.cores,
        scratch: path.join(host.temporaryFolder, `smelt-${host.user}`),
        ...(piiKey === undefined ? {} : { piiKey }),
      })
      if (globals.json) host.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
      else {
        const { accountingText } = await import('../accounting-text.ts')
        const columns = [
          { name: 'table' },
          { name: 'what' },
          { name: 'expected', right: true },
          { name: 'found', right: true },
          { name: '' },
        ]
        const rows = report.lines.map(({ table, what, expected, found }) => [
          table,
          what,
          countText(expected),
          countText(found),
          expected === found ? 'ok' : 'DIFFERS',
        ])
        host.stdout.write(`${report.instance} at checkpoint ${report.checkpoint}\n\n${tableText(columns, rows)}\n`)
        for (const { table, source, gone, expired_before: before } of report.uncompared) {
          const older = before === null ? '' : ` (what came before ${before} has expired)`
          const why = `${countText(gone)} records have left bronze.${source}${older}`
          host.stdout.write(`not compared with a rebuild: ${table}, as ${why}\n`)
        }
        if (report.uncompared.length > 0) host.stdout.write('\n')
        host.stdout.write(
          `${accountingText(report.accounting)}\n${report.closes ? 'the books close' : 'the books DO NOT close'}\n`,
        )
      }
      return report.closes ? EXIT.fine : EXIT.problems
    } finally {
      await store.close()
    }
  },
}
