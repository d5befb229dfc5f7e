import { describe, expect, it } from 'vitest'
import { diagnostic, type Diagnostic } from '#diagnostics'
import type { Child } from '../../../runtime/cli/host.ts'
import {
  superviseInstances,
  type Failure,
  type InstanceEnd,
  type SuperviseOptions,
} from '../../../runtime/cli/instance/supervise.ts'
import { bufferHost } from '../support/buffer-host.ts'

/** A child that does what the test says. */
function fakeChild() {
  const sent: unknown[] = []
  let killed = false
  let tell: (message: unknown) => void = () => undefined
  let end: (how: { code: number | null; signal: string | null }) => void = () => undefined
  const child: Child = {
    pid: 7,
    send: (message) => void sent.push(message),
    kill: () => {
      killed = true
      end({ code: null, signal: 'SIGKILL' })
    },
    onMessage: (listener) => (tell = listener),
    onEnd: (listener) => (end = listener),
  }
  return {
    child,
    sent,
    wasKilled: () => killed,
    tell: (message: unknown) => tell(message),
    end: (how: Parameters<typeof end>[0]) => end(how),
  }
}

function supervise(count: number, options: Partial<SuperviseOptions> = {}, more = 0) {
  const fakes = Array.from({ length: count + more }, fakeChild)
  const forks: (readonly string[])[] = []
  let signal: (name: string) => void = () => undefined
  const waits: { readonly ms: number; readonly pass: () => void; cancelled: boolean }[] = []
  const host = bufferHost({
    fork: (args) => {
      forks.push(args)
      const { child } = fakes[forks.length - 1] ?? fakeChild()
      return child
    },
    after: (ms, pass) => {
      const wait = { ms, pass, cancelled: false }
      waits.push(wait)
      return () => (wait.cancelled = true)
    },
    onStopSignal: (listener) => {
      signal = listener
      return () => undefined
    },
  })
  const problems: [string, string][] = []
  const ends: [string, InstanceEnd][] = []
  const exit = superviseInstances(host, {
    instances: fakes.slice(0, count).map((_, index) => `t${index}/p`),
    project: '/project',
    globals: { env: 'kafka', json: false, colours: false },
    untilEnd: true,
    texts: new Map(),
    ...options,
    observer: {
      onProgress: () => undefined,
      onCheckpoint: () => undefined,
      onUpkeep: () => undefined,
      onProblems: (instance, found: readonly Diagnostic[]) =>
        void problems.push(...found.map(({ code }): [string, string] => [instance, code])),
      onStopping: () => undefined,
      onEnd: (instance, end) => void ends.push([instance, end]),
    },
  })
  return { fakes, forks, waits, signal: (name: string) => signal(name), problems, ends, exit }
}

describe('superviseInstances', () => {
  it('starts one process per instance, and ends with 0 when all are done', async () => {
    const { fakes, forks, ends, exit } = supervise(2)
    expect(forks).toEqual(
      ['t0/p', 't1/p'].map((name) => ['run-instance', name, '--project', '/project', '--env', 'kafka', '--until-end']),
    )
    for (const { tell, end } of fakes) {
      tell({ type: 'done', checkpoint: 3 })
      end({ code: 0, signal: null })
    }
    expect(await exit).toBe(0)
    expect(ends).toEqual([
      ['t0/p', { exit: 0, checkpoint: 3 }],
      ['t1/p', { exit: 0, checkpoint: 3 }],
    ])
  })

  it('asks all to stop at the first signal, kills at the second', async () => {
    const { fakes, signal, problems, exit } = supervise(2)
    signal('SIGINT')
    expect(fakes.map(({ sent }) => sent)).toEqual([
      [{ type: 'start' }, { type: 'stop' }],
      [{ type: 'start' }, { type: 'stop' }],
    ])
    expect(fakes.map(({ wasKilled }) => wasKilled())).toEqual([false, false])
    fakes[0]?.tell({ type: 'done', checkpoint: 1 })
    fakes[0]?.end({ code: 0, signal: null })
    // The process that is gone is left alone.
    await Promise.resolve()
    signal('SIGINT')
    expect(fakes[1]?.wasKilled()).toBe(true)
    expect(await exit).toBe(3)
    expect(problems).toEqual([])
  })

  it('tells what each died of, once, and ends with the worst', async () => {
    const { fakes, problems, exit } = supervise(3)
    fakes[0]?.tell({ type: 'failed', diagnostics: [diagnostic('checkpoint/fenced', { pipeline: 't0/p', id: 4 })] })
    fakes[0]?.end({ code: 4, signal: null })
    fakes[1]?.end({ code: null, signal: 'SIGSEGV' })
    fakes[2]?.tell({ type: 'what is this' })
    fakes[2]?.tell({ type: 'done', checkpoint: 0 })
    fakes[2]?.end({ code: 0, signal: null })
    expect(await exit).toBe(3)
    expect(problems).toEqual([
      ['t0/p', 'checkpoint/fenced'],
      ['t1/p', 'cli/instance-ended'],
    ])
  })
})

/** Lets everything that waits for nothing but a promise happen. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('an instance that fails', () => {
  const continuous = { untilEnd: false, restart: true, from: 'empty' }

  it('is started again after a while, without going back a second time once it began', async () => {
    const states: string[] = []
    const onFailure = (_: string, { state }: Failure): Promise<void> => Promise.resolve(void states.push(state))
    const { fakes, forks, waits, problems, exit } = supervise(1, { ...continuous, onFailure }, 2)
    fakes[0]?.tell({ type: 'holds' })
    fakes[0]?.end({ code: null, signal: 'SIGKILL' })
    await settled()
    expect(waits.map(({ ms }) => ms >= 9_000 && ms <= 11_000)).toEqual([true])
    waits[0]?.pass()
    await settled()
    expect(forks[1]).toEqual(forks[0])
    fakes[1]?.tell({ type: 'progress', records: 1, lag: 0 })
    fakes[1]?.end({ code: null, signal: 'SIGKILL' })
    await settled()
    waits[1]?.pass()
    await settled()
    expect(forks[2]).not.toContain('--from')
    fakes[2]?.tell({ type: 'done', checkpoint: 2 })
    fakes[2]?.end({ code: 0, signal: null })
    expect(await exit).toBe(0)
    expect(problems.map(([, code]) => code)).toEqual([
      'cli/instance-ended',
      'cli/restarting',
      'cli/instance-ended',
      'cli/restarting',
    ])
    expect(states).toEqual(['RESTARTING', 'RESTARTING'])
  })

  it('is started again at once when it makes room for another plan, which is no failure', async () => {
    const { fakes, forks, waits, problems, exit } = supervise(1, continuous, 1)
    fakes[0]?.tell({ type: 'done', checkpoint: 4, restart: true })
    fakes[0]?.end({ code: 0, signal: null })
    await settled()
    expect([forks.length, waits.length]).toEqual([2, 0])
    expect(forks[1]).not.toContain('--from')
    fakes[1]?.tell({ type: 'done', checkpoint: 6 })
    fakes[1]?.end({ code: 0, signal: null })
    expect(await exit).toBe(0)
    expect(problems).toEqual([])
  })

  it('makes room for nothing when it is told to stop', async () => {
    const { fakes, forks, signal, exit } = supervise(1, continuous, 1)
    signal('SIGTERM')
    fakes[0]?.tell({ type: 'done', checkpoint: 4, restart: true })
    fakes[0]?.end({ code: 0, signal: null })
    expect(await exit).toBe(0)
    expect(forks.length).toBe(1)
  })

  it('leaves no wait behind when it is told to stop just before one', async () => {
    const told: (() => void)[] = []
    const onFailure = (): Promise<void> => Promise.resolve(told.pop()?.())
    const { fakes, forks, waits, signal, exit } = supervise(1, { ...continuous, onFailure }, 1)
    told.push(() => signal('SIGTERM'))
    fakes[0]?.tell({ type: 'holds' })
    fakes[0]?.end({ code: null, signal: 'SIGKILL' })
    await exit
    expect(waits.filter(({ cancelled }) => !cancelled)).toEqual([])
    expect(forks).toHaveLength(1)
  })

  it('ends when the same error comes again and again at one checkpoint', async () => {
    const states: string[] = []
    const onFailure = (_: string, { state }: Failure): Promise<void> => Promise.resolve(void states.push(state))
    const { fakes, waits, problems, exit } = supervise(1, { ...continuous, onFailure }, 2)
    for (const [index, { tell, end }] of fakes.entries()) {
      tell({ type: 'holds' })
      end({ code: null, signal: 'SIGKILL' })
      await settled()
      waits[index]?.pass()
      await settled()
    }
    expect(await exit).toBe(3)
    expect(problems.at(-1)).toEqual(['t0/p', 'cli/restart-loop'])
    expect(states).toEqual(['RESTARTING', 'RESTARTING', 'FAILED'])
  })

  it('is not started again when it is told to stop meanwhile', async () => {
    const { fakes, forks, waits, signal, exit } = supervise(1, continuous, 1)
    fakes[0]?.end({ code: null, signal: 'SIGKILL' })
    await settled()
    signal('SIGTERM')
    expect(await exit).toBe(3)
    expect([forks.length, waits[0]?.cancelled]).toEqual([1, true])
  })

  it('is asked for another plan only where its own had begun', async () => {
    const asked: unknown[] = []
    const onGiveUp = (_: string, problems: readonly Diagnostic[], plan: string): Promise<boolean> =>
      Promise.resolve(asked.push([problems.map(({ code }) => code), plan]) === 1)
    const failure = diagnostic('checkpoint/foreign-table', { table: 't', pipeline: 'p', owner: 'o' })
    const early = supervise(1, { ...continuous, onGiveUp })
    early.fakes[0]?.tell({ type: 'holds' })
    early.fakes[0]?.tell({ type: 'failed', diagnostics: [failure] })
    early.fakes[0]?.end({ code: 1, signal: null })
    await early.exit
    expect(asked).toEqual([])

    const { fakes, forks, exit } = supervise(1, { ...continuous, onGiveUp }, 1)
    fakes[0]?.tell({ type: 'holds' })
    fakes[0]?.tell({ type: 'begins', plan: 'abc' })
    fakes[0]?.tell({ type: 'failed', diagnostics: [failure] })
    fakes[0]?.end({ code: 1, signal: null })
    await settled()
    expect([forks.length, asked]).toEqual([2, [[['checkpoint/foreign-table'], 'abc']]])
    // The next process has not begun anything yet.
    fakes[1]?.tell({ type: 'failed', diagnostics: [failure] })
    fakes[1]?.end({ code: 1, signal: null })
    await exit
    expect(asked.length).toBe(1)
  })

  it('has its failure told once, and none of an attempt that was not its turn', async () => {
    const refused = diagnostic('checkpoint/already-running', { pipeline: 't0/p', pid: 4 })
    const fenced = diagnostic('checkpoint/fenced', { pipeline: 't0/p', id: 4 })
    const failure = diagnostic('checkpoint/foreign-table', { table: 't', pipeline: 'p', owner: 'o' })
    const told = async (holds: boolean, problem: Diagnostic): Promise<[string, boolean][]> => {
      const failures: [string, boolean][] = []
      const onFailure = (_: string, { state, noted }: Failure): Promise<void> =>
        Promise.resolve(void failures.push([state, noted]))
      const { fakes, exit } = supervise(1, { ...continuous, onFailure })
      if (holds) fakes[0]?.tell({ type: 'holds' })
      fakes[0]?.tell({ type: 'failed', diagnostics: [problem] })
      fakes[0]?.end({ code: 1, signal: null })
      await exit
      return failures
    }
    expect(await told(false, refused)).toEqual([])
    expect(await told(false, failure)).toEqual([])
    expect(await told(true, fenced)).toEqual([])
    expect(await told(true, failure)).toEqual([['FAILED', true]])
  })

  it('that held its lock before has the failure of its next start told', async () => {
    const failures: unknown[] = []
    const onFailure = (_: string, { state, noted }: Failure): Promise<void> =>
      Promise.resolve(void failures.push([state, noted]))
    const { fakes, exit } = supervise(1, { ...continuous, onFailure }, 1)
    fakes[0]?.tell({ type: 'holds' })
    fakes[0]?.tell({ type: 'done', checkpoint: 4, restart: true })
    fakes[0]?.end({ code: 0, signal: null })
    await settled()
    const failure = diagnostic('checkpoint/foreign-table', { table: 't', pipeline: 'p', owner: 'o' })
    fakes[1]?.tell({ type: 'failed', diagnostics: [failure] })
    fakes[1]?.end({ code: 1, signal: null })
    await exit
    expect(failures).toEqual([['FAILED', false]])
  })
})
