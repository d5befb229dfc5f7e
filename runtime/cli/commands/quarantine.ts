import { rm } from 'node:fs/promises'
import { InvalidArgumentError, Option } from 'commander'
import { nearestMatch, smeltError } from '#diagnostics'
import type { Move, MoveReport } from '#engine'
import type { ObjectStore } from '#lake'
import { parseInstanceName } from '#tenant'
import type { Call, CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { askInstance } from '../instance/ask-instance.ts'
import { engineOptions, engineSettings, lockedPipeline } from '../instance/engine-options.ts'
import { inForce } from '../instance/held-back.ts'
import { resolveInstance } from '../instance/resolve-instance.ts'
import { openProject } from '../project.ts'
import { FILTER_OPTIONS, filterOf } from '../quarantine/filter-options.ts'
import { moveText } from '../quarantine/move-text.ts'
import { listRefused, showRefused, type RefusedQuery } from '../quarantine/read-refused.ts'

const ACTIONS = ['list', 'show', 'replay', 'discard'] as const
const SHOWN_ROWS = 20

/** `smelt quarantine` */
export const quarantine: CliCommand = {
  usage: 'quarantine <action> <instance>',
  summary: 'list, show, replay or discard what was refused',
  details:
    'Actions: `list` counts quarantined rows by source, table, code and rule; `show` prints them with their values; `replay` ' +
    "runs them through today's logic and moves those that are good into silver, in one checkpoint; `discard` gives them up. " +
    'A running instance does both with its next checkpoint, and this waits for it. A replayed record counts as one that ' +
    'comes now: it loses to a duplicate that was accepted, a closed window does not take it, and one older than the ' +
    '`horizon` of its source stays. What a gold table refused is judged again by `smelt rebuild` alone.',
  options: [
    ...FILTER_OPTIONS,
    new Option('--all', 'discard: everything, where no filter is given'),
    new Option('--dry-run', 'replay, discard: tell what would become of the rows, and change nothing'),
    new Option('--show <rows>', 'show that many rows; of a dry run, that many of each silver table').argParser(rowsOf),
  ],
  examples: [
    ['smelt quarantine list acme/inventory-compliance', 'counts what was refused, and why'],
    ['smelt quarantine show acme/inventory-compliance --code record/late --show 5', 'shows five late records'],
    [
      'smelt quarantine replay acme/inventory-compliance --since 2026-11-20 --dry-run',
      'tells what would become silver',
    ],
    ['smelt quarantine discard acme/inventory-compliance --code record/not-json', 'gives records up that are no JSON'],
  ],
  async run(call) {
    const { host, globals, args, text } = call
    const action = actionOf(args[0] ?? '')
    const project = openProject(host, globals, args[1])
    const environment = openEnvironment(host, globals, project)
    const today = resolveInstance(project, parseInstanceName(args[1] ?? ''))
    const { openStore } = await import('#lake')
    const store = await openStore(environment.store(today.tenant))
    try {
      const instance = await inForce(store, today)
      const query: RefusedQuery = { project, environment, instance, filter: filterOf(call, instance.plan) }
      if (action === 'list') await listRefused(call, query)
      else if (action === 'show') await showRefused(call, query, Number(text('show') ?? SHOWN_ROWS))
      else await moveRows(call, { ...query, store }, action)
      return EXIT.fine
    } finally {
      await store.close()
    }
  },
}

function actionOf(given: string): (typeof ACTIONS)[number] {
  const found = ACTIONS.find((each) => each === given)
  if (found !== undefined) return found
  const nearest = nearestMatch(given, ACTIONS)
  const hint = nearest === undefined ? `one of ${ACTIONS.join(', ')} is` : `did you mean \`${nearest}\`?`
  throw smeltError('cli/bad-usage', { detail: `\`${given}\` is no action: ${hint}`, command: 'smelt quarantine' })
}

async function moveRows(
  call: Call,
  { project, environment, instance, filter, store }: RefusedQuery & { readonly store: ObjectStore },
  action: Move['action'],
): Promise<void> {
  const { host, globals, flag } = call
  if (action === 'discard' && Object.keys(filter).length === 0 && !flag('all')) {
    const detail =
      'Without a filter every row would be given up: name some with `--code`, `--source`, `--table`, `--since` or `--until`, or say `--all`'
    throw smeltError('cli/bad-usage', { detail, command: 'smelt quarantine' })
  }
  const settings = await engineSettings(host, environment, instance)
  const [{ checkFilter, moveAlone, tryMove }, { probeStore }] = await Promise.all([import('#engine'), import('#lake')])
  checkFilter(instance.plan, filter)
  const options = engineOptions(host, settings, instance, { store, root: project.root })
  const scratch = `${options.scratch}-move-${host.pid}`
  const move: Move = { action, filter }
  const alone = async (): Promise<MoveReport> => {
    await probeStore(store)
    return (await moveAlone({ ...options, scratch }, move)).report
  }
  try {
    const report = flag('dryRun')
      ? await tryMove({ ...options, scratch }, move, { samples: Number(call.text('show') ?? 0) })
      : await askInstance<MoveReport>(host, {
          store,
          locked: lockedPipeline(instance, store),
          kind: 'move',
          arguments: { ...move },
          read: (result) => result as MoveReport,
          alone,
          onAsked: (pid) => {
            if (!globals.json) host.stderr.write(`asked process ${pid}, which answers with its next checkpoint\n`)
          },
        })
    if (globals.json) host.stdout.write(`${JSON.stringify({ instance: instance.name, ...report }, null, 2)}\n`)
    else host.stdout.write(moveText(instance.name, report, { dryRun: flag('dryRun') }))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The value of `--show`, which stays text as all options are. */
function rowsOf(value: string): string {
  if (/^[1-9]\d{0,4}$/.test(value)) return value
  throw new InvalidArgumentError('It must be a whole number from 1 to 99999.')
}
