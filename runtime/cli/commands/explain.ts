import { Option } from 'commander'
import { smeltError } from '#diagnostics'
import {
  explainPlan,
  findLineage,
  mermaidText,
  planLineage,
  traceLineage,
  type Direction,
  type LineageTrace,
  type Plan,
} from '#plan'
import type { Call, CliCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { explainedPlan, type ExplainedPlan } from '../explain/explained-plan.ts'
import { lineageText } from '../explain/lineage-text.ts'
import { sqlText, statementsOf } from '../explain/sql-text.ts'
import { treeText } from '../explain/tree-text.ts'
import { openProject } from '../project.ts'

/** What the command shows, one at a time. */
const VIEWS = ['sql', 'mermaid', 'lineage', 'downstream'] as const

/** `smelt explain` */
export const explain: CliCommand = {
  usage: 'explain <pipeline>',
  summary: 'show what a pipeline does: its operators, their state and rules, its SQL, where each column comes from',
  details:
    'Takes `tenant/pipeline`, or `pipeline` for any tenant with its params at their defaults. Shows the sources, the ' +
    'tables made of them with their columns and types, and per operator what it keeps, what bounds that, and what ' +
    'becomes of records that do not pass. Reads files of the project only: nothing has to run.',
  options: [
    new Option('--sql [operator]', 'show the SQL instead: all of it, or that of an operator, a source or a table'),
    new Option('--mermaid', 'show it as a Mermaid flowchart, for Markdown pages'),
    new Option('--lineage <column>', 'show where a column, or a whole table, comes from'),
    new Option('--downstream <column>', 'show where a contract field, a reference or a column goes'),
  ],
  examples: [
    ['smelt explain acme/inventory-compliance', 'shows the plan of one instance'],
    ['smelt explain inventory-compliance --sql silver.devices/dedupe', 'shows the statements that find duplicates'],
    ['smelt explain inventory-compliance --lineage gold.fleet_health.avg_cpu_pct', 'goes back to the contract'],
    ['smelt explain inventory-compliance --downstream inventory.user_email', 'says where personal data ends'],
  ],
  run(call) {
    const { host, globals, args, text, flag } = call
    const [name = ''] = args
    const given = VIEWS.filter((view) => flag(view) || text(view) !== undefined)
    const [view] = given
    if (given.length > 1) {
      const detail = `Give one of ${given.map((each) => `\`--${each}\``).join(' and ')}, not both`
      throw smeltError('cli/bad-usage', { detail, command: 'smelt explain' })
    }
    const explained = explainedPlan(openProject(host, globals, name), name)
    const { json, shown } = viewOf(view, explained, call)
    host.stdout.write(globals.json ? `${JSON.stringify(json, null, 2)}\n` : shown())
    return Promise.resolve(EXIT.fine)
  },
}

/** A view for programs, and for people. */
interface View {
  readonly json: unknown
  readonly shown: () => string
}

function viewOf(view: (typeof VIEWS)[number] | undefined, { plan, instance }: ExplainedPlan, call: Call): View {
  const { host, text } = call
  const width = Math.min(host.stdout.width, 120)
  switch (view) {
    case undefined: {
      const tree = explainPlan(plan, { instance })
      return { json: tree, shown: () => treeText(tree, width) }
    }
    case 'mermaid': {
      const mermaid = mermaidText(explainPlan(plan, { instance }))
      return { json: { mermaid }, shown: () => mermaid }
    }
    case 'sql': {
      const statements = statementsOf(plan, text('sql'))
      return { json: statements, shown: () => sqlText(statements) }
    }
    case 'lineage':
    case 'downstream': {
      const trace = traceOf(plan, text(view) ?? '', view === 'lineage' ? 'back' : 'on')
      return { json: trace, shown: () => lineageText(trace, width) }
    }
  }
}

function traceOf(plan: Plan, name: string, direction: Direction): LineageTrace {
  const lineage = planLineage(plan)
  const found = findLineage(lineage, name)
  if ('nodes' in found) return traceLineage(lineage, found.nodes, direction)
  const known = [...new Set(lineage.nodes.map(({ of }) => of))]
  throw smeltError('cli/unknown-column', { name, nearest: found.nearest, known })
}
