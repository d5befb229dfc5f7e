import { Readable } from 'node:stream'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { main } from '../../../runtime/cli/main.ts'
import type { Child, Host, Output } from '../../../runtime/cli/host.ts'
import { files, program } from '../../../runtime/cli/process-host.ts'

export const PACKAGE_FOLDER = path.join(fileURLToPath(import.meta.url), '..', '..', '..', '..')

/** A host whose output is kept. Files are real ones, below a folder of the test. */
export interface BufferHost extends Host {
  readonly out: () => string
  readonly err: () => string
}

/** A process that nobody may start. */
export const idleChild: Child = {
  pid: 2,
  send: () => {
    throw new Error('this host starts no process')
  },
  kill: () => undefined,
  onMessage: () => undefined,
  onEnd: () => undefined,
}

export function bufferHost(
  options: Partial<Host> & { readonly variables?: Readonly<Record<string, string>> } = {},
): BufferHost {
  const out: string[] = []
  const err: string[] = []
  const output = (to: string[]): Output => ({ write: (text) => void to.push(text), isTerminal: false, width: 100 })
  const { variables = {}, ...rest } = options
  return {
    clock: Date.now,
    env: (name) => variables[name],
    folder: PACKAGE_FOLDER,
    files,
    stdin: Readable.from([]),
    stdout: output(out),
    stderr: output(err),
    temporaryFolder: '/nowhere',
    packageFolder: PACKAGE_FOLDER,
    pid: 1,
    processStart: () => undefined,
    terminate: () => undefined,
    user: 'tester',
    userName: 'tester',
    cores: 2,
    hurry: () => undefined,
    memoryInUse: () => 0,
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    watch: () => {
      throw new Error('this host watches nothing')
    },
    onStopSignal: () => () => undefined,
    fork: () => idleChild,
    inThread: () => Promise.resolve(undefined),
    program,
    parent: undefined,
    crash: () => {
      throw new Error('this host does not crash')
    },
    ...rest,
    out: () => out.join(''),
    err: () => err.join(''),
  }
}

/** Runs a command line on a buffer host. */
export async function smelt(
  args: readonly string[],
  options: Parameters<typeof bufferHost>[0] = {},
): Promise<{ code: number; out: string; err: string }> {
  const host = bufferHost(options)
  const code = await main(args, host)
  return { code, out: host.out(), err: host.err() }
}
