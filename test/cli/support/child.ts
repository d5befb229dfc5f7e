import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { PACKAGE_FOLDER } from './buffer-host.ts'

/** The command line as users start it: the launcher, in a process of its own. Needs a build. */
export interface RunningSmelt {
  readonly pid: number
  readonly out: () => string
  readonly err: () => string
  readonly signal: (name: 'SIGTERM' | 'SIGINT' | 'SIGKILL') => void
  /** Resolves when standard output has `text`; rejects when the process ends before. */
  readonly seen: (text: string) => Promise<void>
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>
}

export function startSmelt(
  args: readonly string[],
  options: { readonly folder: string; readonly variables?: Readonly<Record<string, string>> },
): RunningSmelt {
  const child: ChildProcess = spawn(process.execPath, [path.join(PACKAGE_FOLDER, 'bin', 'smelt.cjs'), ...args], {
    cwd: options.folder,
    env: { ...process.env, ...options.variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { out: '', err: '' }
  const listeners = new Set<() => void>()
  const keep = (name: 'out' | 'err') => (chunk: unknown) => {
    texts[name] += String(chunk)
    for (const each of listeners) each()
  }
  child.stdout?.on('data', keep('out'))
  child.stderr?.on('data', keep('err'))
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...texts }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    pid: child.pid ?? 0,
    out: () => texts.out,
    err: () => texts.err,
    signal: (name) => void child.kill(name),
    seen: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (texts.out.includes(text)) resolve()
        }
        listeners.add(look)
        look()
        void ended.then(({ code, err }) =>
          reject(new Error(`ended with ${code ?? 'a signal'} before "${text}": ${err}`)),
        )
      }),
    ended,
  }
}

/** Runs a command to its end. */
export function runSmelt(args: readonly string[], options: Parameters<typeof startSmelt>[1]): RunningSmelt['ended'] {
  return startSmelt(args, options).ended
}
