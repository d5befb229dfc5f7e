import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const POLL_MS = 25
/** Clock ticks per second in /proc; fixed on Linux. */
const TICKS = 100

/** Process groups that must not outlive the bench, however it ends. */
const groups = new Set()
process.once('exit', () => groups.forEach((pid) => killGroup(pid, 'SIGKILL')))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

/**
 * Starts a Node program in a process group of its own and watches it. `onLine` hears each line of standard output with
 * the seconds since the start, and a function that tells the CPU seconds spent so far. `ended` resolves to { code, signal, seconds, cpuSeconds, peakRssBytes, errors }:
 * CPU of the program and all it started (meaningful when one program runs at a time), and the largest peak of any one of
 * its processes. Both are undefined where there is no /proc.
 */
export function start(args, { cwd, onLine = () => {} } = {}) {
  const startMs = performance.now()
  const cpuBefore = childrenCpu()
  const child = spawn(process.execPath, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  groups.add(child.pid)
  const seconds = () => (performance.now() - startMs) / 1000
  createInterface({ input: child.stdout }).on('line', (line) => onLine(line, seconds(), () => treeCpu(child.pid)))
  let errors = ''
  child.stderr.on('data', (chunk) => (errors = (errors + String(chunk)).slice(-4000)))
  const peaks = new Map()
  const poll = setInterval(() => notePeaks(child.pid, peaks), POLL_MS)
  let exitSeconds
  child.once('exit', () => (exitSeconds = seconds()))
  const ended = once(child, 'close').then(([code, signal]) => {
    clearInterval(poll)
    groups.delete(child.pid)
    const cpuAfter = childrenCpu()
    const cpuSeconds = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore
    const peakRssBytes = peaks.size === 0 ? undefined : Math.max(...peaks.values())
    return { code, signal, seconds: exitSeconds, cpuSeconds, peakRssBytes, errors }
  })
  return { ended, kill: (signal) => killGroup(child.pid, signal) }
}

/** Runs a program to its end; throws with the tail of its standard error unless it ends with 0. */
export async function finish(args, options) {
  const result = await start(args, options).ended
  if (result.code !== 0)
    throw new Error(`node ${args.join(' ')} ended with ${result.code ?? result.signal}:\n${result.errors}`)
  return result
}

function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** CPU seconds of all children that have ended, and of theirs. */
function childrenCpu() {
  const fields = read('/proc/self/stat')?.split(') ')[1]?.split(' ')
  return fields && (Number(fields[13]) + Number(fields[14])) / TICKS
}

/** CPU seconds of a running process and all below it. */
function treeCpu(pid) {
  const fields = read(`/proc/${pid}/stat`)?.split(') ')[1]?.split(' ')
  if (fields === undefined) return 0
  const own = (Number(fields[11]) + Number(fields[12])) / TICKS
  return childrenOf(pid).reduce((sum, child) => sum + treeCpu(child), own)
}

function childrenOf(pid) {
  return read(`/proc/${pid}/task/${pid}/children`)?.split(' ').filter(Boolean) ?? []
}

function notePeaks(pid, peaks) {
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')
  if (peak !== null) peaks.set(pid, Number(peak[1]) * 1024)
  for (const child of childrenOf(pid)) notePeaks(child, peaks)
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
