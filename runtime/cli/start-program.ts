import { spawn } from 'node:child_process'
import type { Program, ProgramEnd } from './host.ts'

/**
 * Starts a program by its name, without a shell, so that nothing in `args` is read as anything but itself. `env` is the whole
 * of its environment. What keeps it from starting counts as not being installed.
 */
export function startProgram(
  name: string,
  args: readonly string[],
  { folder, env }: { readonly folder: string; readonly env: Readonly<Record<string, string | undefined>> },
): Program {
  const child = spawn(name, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text))
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.once('close', (code) => resolve({ code, ...texts }))
    child.once('error', () => resolve('not-installed'))
  })
  return { ended, kill: () => void child.kill('SIGKILL') }
}
