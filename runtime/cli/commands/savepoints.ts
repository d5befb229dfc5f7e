import { smeltError } from '#diagnostics'
import { parseInstanceName } from '#tenant'
import type { Call, CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { resolveInstance } from '../instance/resolve-instance.ts'
import { openProject } from '../project.ts'
import { tableText } from '../table-text.ts'

/** `smelt savepoints` */
export const savepoints: CliCommand = {
  usage: 'savepoints <list|drop> <instance> [name]',
  summary: 'list the savepoints of an instance, or give one up',
  details:
    "A savepoint keeps files in the lake for as long as it is there. Those of the pipeline's schedule are given up by " +
    'themselves once newer ones are enough. Both work while the instance runs.',
  examples: [
    ['smelt savepoints list acme/inventory-compliance', 'lists them, oldest first'],
    ['smelt savepoints drop acme/inventory-compliance before-upgrade', 'gives one up, with what only it kept'],
  ],
  async run(call) {
    const { host, globals, args } = call
    const { what, instance: given, name } = parsed(args)
    const project = openProject(host, globals, given)
    const environment = openEnvironment(host, globals, project)
    const instance = resolveInstance(project, parseInstanceName(given))
    const [engine, { openStore }] = await Promise.all([import('#engine'), import('#lake')])
    const store = await openStore(environment.store(instance.tenant))
    try {
      if (what === 'drop') {
        await engine.dropSavepoint({ store, clock: host.clock }, instance, name)
        if (globals.json) host.stdout.write(`${JSON.stringify({ instance: instance.name, dropped: name }, null, 2)}\n`)
        else host.stdout.write(`${instance.name}: savepoint ${name} is given up\n`)
      } else {
        const found = await engine.listSavepoints(store, instance.pipeline)
        tell(
          call,
          instance.name,
          found.map(({ name: each, checkpoint, createdMs, by, scheduled, tables }) => ({
            name: each,
            checkpoint: checkpoint.id,
            taken_at: new Date(createdMs).toISOString(),
            by: scheduled ? 'schedule' : by,
            plan: engine.shortHash(checkpoint.planHash),
            tables: tables.length,
          })),
        )
      }
      return EXIT.fine
    } finally {
      await store.close()
    }
  },
}

const COLUMNS = [
  { name: 'savepoint' },
  { name: 'checkpoint', right: true },
  { name: 'taken at' },
  { name: 'by' },
  { name: 'plan' },
]

interface Line {
  readonly name: string
  readonly checkpoint: number
  readonly taken_at: string
  readonly by: string
  readonly plan: string
  readonly tables: number
}

function tell({ host, globals }: Call, instance: string, lines: readonly Line[]): void {
  if (globals.json) host.stdout.write(`${JSON.stringify(lines, null, 2)}\n`)
  else if (lines.length === 0) host.stdout.write(`${instance}: no savepoints; take one with \`smelt savepoint\`\n`)
  else {
    const rows = lines.map((each) => [each.name, String(each.checkpoint), each.taken_at, each.by, each.plan])
    host.stdout.write(tableText(COLUMNS, rows))
  }
}

function parsed(args: readonly string[]): { what: 'list' | 'drop'; instance: string; name: string } {
  const [what, instance = '', name] = args
  const bad = (detail: string): Error => smeltError('cli/bad-usage', { detail, command: 'smelt savepoints' })
  if (what === 'list' && name === undefined) return { what, instance, name: '' }
  if (what === 'drop' && name !== undefined) return { what, instance, name }
  if (what === 'drop') throw bad('Name the savepoint to give up')
  throw bad(
    what === 'list'
      ? '`list` takes an instance and nothing else'
      : `There is \`list\` and \`drop\`, not \`${what ?? ''}\``,
  )
}
