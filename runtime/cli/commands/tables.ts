import { countText } from '#telemetry'
import type { CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { withLakes } from '../lakes.ts'
import { openProject } from '../project.ts'
import { tableFacts, type TableFacts } from '../table-facts.ts'
import { bytesText, tableText } from '../table-text.ts'

/** `smelt tables` */
export const tables: CliCommand = {
  usage: 'tables',
  summary: 'list the tables of the lake: rows, files, bytes, newest snapshot and its checkpoint',
  examples: [
    ['smelt tables', 'lists the tables of every tenant'],
    ['smelt tables --env kafka --json', 'prints them for programs, in another environment'],
  ],
  async run({ host, globals }) {
    const project = openProject(host, globals)
    const environment = openEnvironment(host, globals, project)
    const facts = await withLakes(project, environment, async (lakes) =>
      (await Promise.all(lakes.map(tableFacts))).flat(),
    )
    if (globals.json) host.stdout.write(`${JSON.stringify(facts, null, 2)}\n`)
    else if (facts.length > 0) host.stdout.write(factsText(facts))
    else host.stdout.write('no tables yet; a pipeline creates its tables when it first runs\n')
    return EXIT.fine
  },
}

/** The facts as an aligned table. */
export function factsText(facts: readonly TableFacts[]): string {
  const columns = [
    { name: 'table' },
    ...['rows', 'files', 'delete files', 'size', 'checkpoint'].map((name) => ({ name, right: true })),
    { name: 'snapshot' },
    { name: 'committed at' },
  ]
  return tableText(
    columns,
    facts.map((each) => [
      each.table,
      countText(each.rows),
      countText(each.data_files),
      countText(each.delete_files),
      bytesText(each.bytes),
      each.checkpoint === null ? '' : String(each.checkpoint),
      each.snapshot ?? 'none yet',
      each.committed_at ?? '',
    ]),
  )
}
