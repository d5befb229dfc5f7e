import { hiddenVariables, parseInstanceName } from '#tenant'
import type { GlobalOptions } from '../command.ts'
import type { Child, Host } from '../host.ts'
import { projectFiles } from '../project.ts'

/** How the process of an instance starts. */
export interface ForkOptions {
  /** Absolute. */
  readonly project: string
  readonly globals: GlobalOptions
  readonly untilEnd: boolean
  /** Where to start: `latest`, `empty` or a savepoint. */
  readonly from?: string
  readonly acceptLoss?: boolean
}

/**
 * A process for an instance. It loads what it needs and then waits until it is told to start, so that the time this takes
 * can pass while the project is still being checked. The secrets of other tenants are not in its environment.
 */
export function forkInstance(host: Host, instance: string, options: ForkOptions): Child {
  const { project, globals, untilEnd, from, acceptLoss } = options
  const hides = hiddenVariables(projectFiles(host, project), host.env)
  const args = [
    'run-instance',
    instance,
    '--project',
    project,
    ...(globals.env === undefined ? [] : ['--env', globals.env]),
    ...(untilEnd ? ['--until-end'] : []),
    ...(from === undefined ? [] : ['--from', from]),
    ...(acceptLoss === true ? ['--accept-loss'] : []),
  ]
  return host.fork(args, (variable) => hides(parseInstanceName(instance).tenant, variable))
}
