import type { Host } from '../host.ts'
import { diagnosticOf, report } from '../report.ts'
import type { ExitCode } from '../exit-code.ts'
import { watchProject } from './watch-project.ts'

/** What is done again and again. */
export interface WatchedCheck {
  readonly root: string
  /** Checks, prints, and gives the exit code. */
  readonly check: () => Promise<ExitCode>
  readonly colours: boolean
}

const CLEAR = '\u001B[2J\u001B[3J\u001B[H'
const MOST_NAMED = 3

/**
 * Checks now and after every change, until a stop signal; resolves to the exit code of the last check. A terminal shows
 * the last check alone. A check that fails for something outside is told, and the watching goes on.
 */
export async function watchCheck(host: Host, { root, check, colours }: WatchedCheck): Promise<ExitCode> {
  let last = checkOnce(host, check, colours)
  const again = async (before: Promise<ExitCode>, changed: readonly string[]): Promise<ExitCode> => {
    await before
    host.stdout.write(host.stdout.isTerminal ? CLEAR : '\n')
    host.stdout.write(`changed: ${named(changed)}\n\n`)
    return checkOnce(host, check, colours)
  }
  const stop = watchProject(host, root, (changed) => {
    last = again(last, changed)
  })
  const stopped = new Promise<void>((resolve) => {
    const forget = host.onStopSignal(() => {
      forget()
      resolve()
    })
  })
  await last
  host.stderr.write('watching for changes; Ctrl-C ends\n')
  await stopped
  stop()
  return last
}

async function checkOnce(host: Host, check: () => Promise<ExitCode>, colours: boolean): Promise<ExitCode> {
  try {
    return await check()
  } catch (error) {
    return report(host.stderr, [diagnosticOf(error)], { colours, json: false })
  }
}

function named(files: readonly string[]): string {
  const more = files.length - MOST_NAMED
  const shown = files.slice(0, MOST_NAMED).map((file) => (file === '' ? 'the project' : file))
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
