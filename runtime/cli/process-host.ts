import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { smeltError } from '#diagnostics'
import { fileFault, isAbsent } from './file-fault.ts'
import type { Child, FolderListener, Host, HostFiles, Output, Parent } from './host.ts'
import { startProgram } from './start-program.ts'

const PACKAGE_FOLDER = packageFolder(path.dirname(fileURLToPath(import.meta.url)))
const LAUNCHER = path.join(PACKAGE_FOLDER, 'bin', 'smelt.cjs')

/**
 * What processes of instances get besides, unless the environment says otherwise. Memory that the SQL engine lets go of goes
 * back to the system within a quarter of a second: each batch leaves much of it, which the process would hold on top of
 * `memory_limit`.
 */
const INSTANCE_ENVIRONMENT = { DUCKDB_JE_MALLOC_CONF: 'dirty_decay_ms:250,muzzy_decay_ms:0' }

/** The host of a real process. */
export function processHost(): Host {
  return {
    clock: Date.now,
    env,
    folder: process.cwd(),
    files,
    stdin: process.stdin,
    ...(process.stdin.isTTY && process.stdout.isTTY && { ask: askAtTerminal }),
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    temporaryFolder: tmpdir(),
    packageFolder: PACKAGE_FOLDER,
    pid: process.pid,
    processStart,
    terminate,
    user: String(process.getuid?.() ?? userName()),
    userName: userName(),
    cores: availableParallelism(),
    hurry,
    memoryInUse: () => process.memoryUsage.rss(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    watch: watchFolder,
    onStopSignal,
    fork: (args, hides) => {
      const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !hides(name)))
      const env = { ...INSTANCE_ENVIRONMENT, ...own }
      return childOf(fork(LAUNCHER, args, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
    },
    inThread,
    program,
    parent: process.send === undefined ? undefined : parent,
    crash: () => process.kill(process.pid, 'SIGKILL'),
  }
}

/** As the environment says, then the system; a user it has no entry of, as in many containers, has a number alone. */
function userName(): string {
  try {
    return process.env['USER'] ?? userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

/** Flags of all threads of this process. */
function hurry(): void {
  setFlagsFromString('--heap-growing-percent=300')
  // In a second or two, making code the fastest it can be takes longer than the fastest code saves.
  setFlagsFromString('--no-turbo-inlining')
  setFlagsFromString('--semi-space-growth-factor=4')
}

/** The environment of this process. */
export const env: Host['env'] = (name) => process.env[name]

/** Programs with the environment of this process. */
export const program: Host['program'] = (name, args, { folder, env }) =>
  startProgram(name, args, { folder, env: { ...process.env, ...env } })

/** Reads as `undefined` or as nothing what is not there; a path through a file is not there either. */
export const files: HostFiles = {
  read: (file) => reading(file, () => readFileSync(file)),
  readText: (file) => reading(file, () => readFileSync(file, 'utf8')),
  // A fault costs several times the question.
  list: (folder) => (existsSync(folder) ? reading(folder, () => readdirSync(folder)) : undefined) ?? [],
  exists: existsSync,
  folders: (folder) =>
    ifReadable(() => readdirSync(folder, { withFileTypes: true }))
      ?.filter((each) => each.isDirectory())
      .map(({ name }) => name),
  realPath: (file) => ifReadable(() => realpathSync.native(file)),
  write: (file, text) => writing(file, () => replaceFile(file, text)),
  create: (file, text, { secret = false } = {}) => writing(file, () => createFile(file, text, secret)),
  put: (file, text) => {
    if (!files.create(file, text)) files.write(file, text)
  },
}

function watchFolder(folder: string, { onChange, onGone }: FolderListener): () => void {
  const watcher = watch(folder, (_, name) => onChange(name ?? undefined))
  watcher.on('error', () => {
    watcher.close()
    onGone()
  })
  return () => watcher.close()
}

function createFile(file: string, text: string, secret: boolean): boolean {
  mkdirSync(path.dirname(file), { recursive: true })
  try {
    writeFileSync(file, text, { flag: 'wx', ...(secret && { mode: 0o600 }) })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function replaceFile(file: string, text: string): void {
  const { mode } = statSync(file)
  const aside = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(aside, text, { mode, flag: 'wx' })
    chmodSync(aside, mode)
    renameSync(aside, file)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}

async function askAtTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    // The end of the input is the answer of somebody who takes what is offered.
    const ended = new Promise<string>((resolve) => void terminal.once('close', () => resolve('')))
    return await Promise.race([terminal.question(question), ended])
  } finally {
    terminal.close()
  }
}

/** What `read` gives, undefined when there is no such file. Throws cli/unreadable-file. */
function reading<T>(file: string, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isAbsent(error)) return undefined
    const detail = fileFault(error)
    throw detail === undefined ? error : smeltError('cli/unreadable-file', { file, detail }, { cause: error })
  }
}

/** What `write` gives. Throws cli/cannot-write for what the system refuses. */
function writing<T>(file: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    throw smeltError('cli/cannot-write', { file }, { cause: error.message })
  }
}

/** What `read` gives, undefined when there is no such file, or none that can be read. */
function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isAbsent(error) || fileFault(error) !== undefined) return undefined
    throw error
  }
}

function output(stream: NodeJS.WriteStream): Output {
  // A reader that has seen enough, `head` for example, is no fault of the command.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY,
    get width() {
      return stream.columns > 0 ? stream.columns : 80
    },
  }
}

function terminate(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function onStopSignal(listener: (signal: string) => void): () => void {
  process.on('SIGINT', listener)
  process.on('SIGTERM', listener)
  return () => {
    process.off('SIGINT', listener)
    process.off('SIGTERM', listener)
  }
}

function inThread(module: string, data: object): Promise<unknown> {
  const thread = new Worker(path.join(PACKAGE_FOLDER, 'dist', `${module}.js`), { workerData: data })
  return new Promise((resolve) => {
    thread.once('message', resolve)
    thread.once('error', () => resolve(undefined))
    thread.once('exit', () => resolve(undefined))
  })
}

function childOf(child: ChildProcess): Child {
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    // `exit` may come before the last messages; `close` waits for the channel too.
    child.once('close', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  })
  return {
    pid: child.pid ?? 0,
    send: (message) => {
      if (child.connected) child.send(message, () => undefined)
    },
    kill: () => void child.kill('SIGKILL'),
    onMessage: (listener) => void child.on('message', listener),
    onEnd: (listener) => void ended.then(listener),
  }
}

const parent: Parent = {
  pid: process.ppid,
  send: (message) =>
    new Promise((resolve) => {
      if (process.connected && process.send !== undefined) process.send(message, undefined, undefined, () => resolve())
      else resolve()
    }),
  onMessage: (listener) => void process.on('message', listener),
  onGone: (listener) => void process.once('disconnect', listener),
}

/** The nearest folder upwards with the launcher: how deep this module lies is up to the build. */
function packageFolder(folder: string): string {
  return existsSync(path.join(folder, 'bin', 'smelt.cjs')) ? folder : packageFolder(path.dirname(folder))
}

/** Linux tells in clock ticks since the start of the machine; elsewhere `ps` tells the time of day. */
function processStart(pid: number): string | undefined {
  const stat = ifReadable(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  // The name of the program may hold anything; what follows its closing bracket is numbers. Start time is the 22nd field.
  if (stat !== undefined) {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended; only its exit code was not fetched yet.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  }
  if (process.platform === 'linux') return undefined
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() === '' ? undefined : stdout.trim()
}
