import os from 'node:os'

const MIB = 2 ** 20

/** A Markdown table. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** What a bench ran on. */
export function machine() {
  const cpus = os.cpus()
  return `${cpus.length} x ${cpus[0]?.model.trim() ?? 'unknown CPU'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.arch()}`
}

export const count = (number) => Math.round(number).toLocaleString('en-US')
export const percent = (ratio) => `${(ratio * 100).toFixed(0)} %`
export const sec = (seconds) => `${seconds.toFixed(2)} s`
export const ms = (milliseconds) => `${milliseconds.toFixed(0)} ms`
export const fixed = (number) => (number === undefined ? '' : number.toFixed(1))
export const mib = (bytes) => (bytes === undefined || Number.isNaN(bytes) ? 'not known' : `${count(bytes / MIB)} MiB`)
