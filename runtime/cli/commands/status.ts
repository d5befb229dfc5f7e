import { alertText, countText } from '#telemetry'
import type { CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import type { InstanceStatus } from '../instance/instance-status.ts'
import { instancesOf } from '../instance/resolve-instance.ts'
import { lockHolder } from '../instance/run-lock.ts'
import { withLakes } from '../lakes.ts'
import { openProject } from '../project.ts'

/** `smelt status` */
export const status: CliCommand = {
  usage: 'status',
  summary: 'show where each instance stands: checkpoint, positions, lag, books, running or not',
  details: 'Whether an instance runs is known for this machine only. Reads; changes nothing.',
  examples: [
    ['smelt status', 'shows every instance'],
    ['smelt status --env kafka --json', 'prints for programs, in another environment'],
  ],
  async run({ host, globals }) {
    const project = openProject(host, globals)
    const environment = openEnvironment(host, globals, project)
    const { instanceStatus } = await import('../instance/instance-status.ts')
    const { openBroker } = await import('#stream')
    // One broker for all, opened when it is first asked for; one that cannot be reached is not asked again.
    let broker: ReturnType<typeof openBroker> | undefined
    try {
      const found = await withLakes(project, environment, async (lakes) => {
        const all: InstanceStatus[] = []
        for (const { tenant, store } of lakes) {
          for (const { pipeline } of instancesOf(project, tenant)) {
            const instance = `${tenant}/${pipeline}`
            const pid = lockHolder(host, { storeRoot: store.root, pipeline, instance })
            const connect = () => (broker ??= openBroker(environment.broker()))
            all.push(await instanceStatus({ instance, pipeline, store, pid, broker: connect }))
          }
        }
        return all
      })
      if (globals.json) host.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
      else host.stdout.write(await statusText(found))
      return EXIT.fine
    } finally {
      await broker?.then(
        (opened) => opened.close(),
        () => undefined,
      )
    }
  },
}

function stateText({ state, version }: InstanceStatus): string {
  if (state === null) return ''
  const gone = state.gone ? ', but no process of it is left here' : ''
  const numbered = version === null ? '' : `version ${version}, `
  return `  ${numbered}${state.name} since ${state.since}: ${state.reason}${gone}\n`
}

function heldBackText({ held_back: held }: InstanceStatus): string {
  if (held === null) return ''
  return `  the plan ${held.plan} is held back since ${held.since}: it failed with \`${held.code}\`: ${held.message}\n`
}

async function statusText(all: readonly InstanceStatus[]): Promise<string> {
  const { accountingText, countsText } = await import('../accounting-text.ts')
  if (all.length === 0) return 'no instances: list a pipeline in the file of a tenant\n'
  return all
    .map((each) => {
      const { checkpoint, pid, positions, lag, lag_problem: problem = '', accounting, quarantined, alerts } = each
      const running = pid === null ? 'not running on this machine' : `running (process ${pid})`
      if (checkpoint === null) return `${each.instance}: ${running}, never ran\n`
      const places = Object.values(positions).map(
        ({ topic, next }) =>
          `  ${topic}: ${Object.entries(next)
            .map(([partition, offset]) => `${partition}@${offset}`)
            .join(' ')}\n`,
      )
      const refused = Object.keys(quarantined).length === 0 ? 'nothing' : countsText(quarantined)
      return [
        `${each.instance}: ${running}, checkpoint ${checkpoint.id} of ${checkpoint.created_at}, `,
        lag === null ? `lag unknown: ${problem}\n` : `lag ${countText(lag)}\n`,
        stateText(each),
        heldBackText(each),
        ...places,
        accounting === null ? '' : accountingText(accounting, '  '),
        `  quarantined: ${refused}\n`,
        ...Object.entries(alerts).map(([sink, counts]) => `  sink ${sink}: ${alertText(counts)}\n`),
      ].join('')
    })
    .join('\n')
}
