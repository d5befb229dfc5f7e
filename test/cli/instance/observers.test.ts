import { expect, it } from 'vitest'
import { diagnostic } from '#diagnostics'
import { liveObserver } from '../../../runtime/cli/instance/observers.ts'
import { bufferHost } from '../support/buffer-host.ts'

it('a terminal shows one line that is drawn over, with every instance, no wider than it is', () => {
  let now = 1_000
  const written: string[] = []
  const stdout = { write: (text: string) => void written.push(text), isTerminal: true, width: 100 }
  const host = bufferHost({ clock: () => now, stdout })
  const observer = liveObserver({ host, style: { colours: false, json: false }, texts: new Map() })
  now = 2_000
  observer.onProgress('acme/p', 50_000, 10)
  expect(written).toEqual(['\r\u001B[Kacme/p 50,000 records, 50,000/s, lag 10, checkpoint 0'])
  // Not more often than an eye can follow.
  observer.onProgress('globex/p', 1, 0)
  expect(written).toHaveLength(1)
  now = 3_000
  observer.onProgress('globex/p', 1, 0)
  const last = written.at(-1) ?? ''
  expect(last).toContain('acme/p 50,000 records, 25,000/s')
  expect(last).toContain(' | globex/p')
  expect(last.replace('\r\u001B[K', '')).toHaveLength(99)
  expect(written.join('')).not.toContain('\n')
  observer.onProblems('acme/p', [diagnostic('checkpoint/fenced', { pipeline: 'acme/p', id: 2 })])
  expect(host.err()).toContain('acme/p:\nerror[checkpoint/fenced]')
  observer.onEnd('acme/p', { exit: 0, checkpoint: 2 })
  expect(written.at(-1)).toBe('acme/p: ended at checkpoint 2, 50,000 records read\n')
})
