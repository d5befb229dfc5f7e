import type { Readable } from 'node:stream'

/** Where text for people or programs goes. */
export interface Output {
  write(text: string): void
  readonly isTerminal: boolean
  /** Columns of the terminal; 80 where it does not say. */
  readonly width: number
}

/** The files of this machine, by absolute path. */
export interface HostFiles {
  /**
   * The bytes of a file, or undefined when there is none. Throws cli/unreadable-file for what is there and cannot be read,
   * a folder or what the user has no right to for example. Other faults are thrown.
   */
  read(path: string): Buffer | undefined
  /** As `read`, as UTF-8 text. */
  readText(path: string): string | undefined
  /** The names in a folder; none when there is no such folder. Throws as `read`. */
  list(folder: string): readonly string[]
  exists(path: string): boolean
  /** The names of the folders in a folder, links not followed; undefined when there is no folder that can be read. */
  folders(path: string): readonly string[] | undefined
  /** The path without links; undefined when there is no file that can be reached. */
  realPath(path: string): string | undefined
  /** Replaces the text of a file in one step: a reader sees the old or the new one. Its mode stays. Throws cli/cannot-write. */
  write(path: string, text: string): void
  /**
   * Writes a file that is not there yet, and the folders it lies in; false, and nothing is written, when it is there. Throws
   * cli/cannot-write.
   */
  create(path: string, text: string, options?: { readonly secret?: boolean }): boolean
  /** As `create`, or as `write` when it is there. */
  put(path: string, text: string): void
}

/** What is told about a watched folder. */
export interface FolderListener {
  /** Something of that name was made, changed or removed; undefined where the system does not tell the name. */
  readonly onChange: (name: string | undefined) => void
  /** The folder cannot be watched any more. Nothing follows. */
  readonly onGone: () => void
}

/** A child process that was started from the launcher. */
export interface Child {
  readonly pid: number
  send(message: object): void
  kill(): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the child is gone and all its messages have come. */
  onEnd(listener: (end: { readonly code: number | null; readonly signal: string | null }) => void): void
}

/** The line to the process that started this one. */
export interface Parent {
  readonly pid: number
  /** Resolves when the message is handed over, or the parent is gone. */
  send(message: object): Promise<void>
  onMessage(listener: (message: unknown) => void): void
  /** Called when the parent is gone. */
  onGone(listener: () => void): void
}

/** How another program ended, with what it printed; or why it printed nothing. */
export type ProgramEnd = { readonly code: number | null; readonly out: string; readonly err: string } | 'not-installed'

/** Another program that runs beside this process. */
export interface Program {
  readonly ended: Promise<ProgramEnd>
  kill(): void
}

/** Everything of the process and the machine that a command may touch. Nothing else of Smelt knows about a process. */
export interface Host {
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number
  readonly env: (name: string) => string | undefined
  readonly folder: string
  readonly files: HostFiles
  readonly stdin: Readable
  /** Asks the person at the terminal, and gives the answer; there only when there is one. */
  readonly ask?: (question: string) => Promise<string>
  readonly stdout: Output
  readonly stderr: Output
  /** This machine's folder for files that do not outlive it. */
  readonly temporaryFolder: string
  /** The folder Smelt is installed in. */
  readonly packageFolder: string
  readonly pid: number
  /** When the process with that pid started, in any fixed form; undefined when there is none. */
  readonly processStart: (pid: number) => string | undefined
  /** Tells another process to end by itself, if there is one. */
  readonly terminate: (pid: number) => void
  /** The user of this process, in a form fit for file names. */
  readonly user: string
  /** The name of that user, for people. */
  readonly userName: string
  readonly cores: number
  /** For a command that ends soon: memory is let go of later, and code is made less fast, which takes less time. */
  readonly hurry: () => void
  /** Bytes of memory in use now. */
  readonly memoryInUse: () => number
  /** Calls `run` once, `ms` milliseconds from now. Returns how to prevent it. */
  readonly after: (ms: number, run: () => void) => () => void
  /** Watches the files of a folder, not those of folders in it. Returns how to stop. Throws when it cannot be watched. */
  readonly watch: (folder: string, listener: FolderListener) => () => void
  /** Calls `listener` on SIGINT and SIGTERM, which then do not end the process. Returns how to stop that. */
  onStopSignal(listener: (signal: string) => void): () => void
  /** Starts the launcher with `args` in another process. */
  fork(args: readonly string[], hides: (variable: string) => boolean): Child
  /**
   * Runs a module of the built package, by its path without an ending, in another thread of this process. `data` is
   * copied to it, shared memory is shared. Resolves to the first thing it posts, and to undefined when it cannot.
   */
  inThread(module: string, data: object): Promise<unknown>
  /**
   * Starts a program that is found by its name, in a folder, without a shell and with nothing on its standard input. `env` goes
   * over the environment of this process; what is undefined there is left out.
   */
  readonly program: (
    name: string,
    args: readonly string[],
    options: { readonly folder: string; readonly env: Readonly<Record<string, string | undefined>> },
  ) => Program
  /** There when this process was started by another of Smelt's. */
  readonly parent: Parent | undefined
  /** Ends this process at once, without any clean-up, as a crash would. */
  crash(): void
}
