import { Option } from 'commander'
import type { CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { withQuery } from '../lakes.ts'
import { checkTenant, openProject } from '../project.ts'
import { writeResult, type QueryFormat } from '../query-output.ts'

const FORMATS = ['table', 'json', 'csv'] as const satisfies readonly QueryFormat[]

/** `smelt query` */
export const query: CliCommand = {
  usage: 'query <sql>',
  summary: 'read the tables of the lake with SQL',
  details:
    'Takes one SELECT, EXPLAIN, DESCRIBE, SHOW or SUMMARIZE in the SQL of DuckDB, over the current snapshot of each ' +
    'table. Tables are named `<tenant>.<layer>.<table>`; a tenant or table with a hyphen is written in double quotes. ' +
    'Nothing can be written, and nothing but these tables can be read.',
  options: [
    new Option('--tenant <tenant>', 'only the tables of one tenant: no other can be named'),
    new Option('--format <format>', 'how to print').choices(FORMATS),
  ],
  examples: [
    ['smelt query "select os, count(*) from acme.silver.devices group by os"', 'counts devices'],
    ['smelt query "describe acme.gold.fleet_health"', 'shows the columns of a table'],
    [
      `smelt query 'select code, count(*) from acme.quarantine."inventory-compliance" group by code' --format csv`,
      'prints CSV',
    ],
  ],
  async run({ host, globals, args: [sql = ''], text }) {
    const project = openProject(host, globals)
    const environment = openEnvironment(host, globals, project)
    const tenant = text('tenant')
    if (tenant !== undefined) checkTenant(project, tenant)
    // A statement that names no table may ask for the list of them.
    const mentionedIn = /^\s*show\b/i.test(sql) ? {} : { mentionedIn: sql }
    await withQuery(
      host,
      { project, environment, ...mentionedIn, ...(tenant !== undefined && { tenant }) },
      async ({ run }) => {
        const format = FORMATS.find((each) => each === text('format')) ?? (globals.json ? 'json' : 'table')
        await writeResult(host.stdout, await run(sql), format)
      },
    )
    return EXIT.fine
  },
}
