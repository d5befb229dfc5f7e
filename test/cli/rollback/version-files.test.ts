import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StoredPlan } from '#engine'
import { compareFiles, restoreFiles } from '../../../runtime/cli/rollback/version-files.ts'
import { bufferHost } from '../support/buffer-host.ts'
import { temporaryFolder, write } from '../support/project.ts'

const host = bufferHost()
const stored = (files: Record<string, string>): StoredPlan =>
  ({ planHash: 'a'.repeat(64), plan: { pipeline: 'p' }, files }) as unknown as StoredPlan

const compared = (folder: string, wanted: Record<string, string>, newest: Record<string, string> = {}) =>
  compareFiles(host, folder, { wanted: stored(wanted), newest: stored(newest) })

describe('the files of a version', () => {
  it('are told by what stands in the project now', () => {
    const folder = temporaryFolder()
    write(folder, { 'p/same': 'one', 'p/changed': 'two', 'p/edited': 'by hand' })
    const wanted = { 'p/same': 'one', 'p/changed': 'one', 'p/edited': 'one', 'p/removed': 'one' }
    const files = compared(folder, wanted, { 'p/changed': 'two', 'p/edited': 'two', 'p/removed': 'two' })
    expect(files.map((each) => [each.path, each.state])).toEqual([
      ['p/same', 'same'],
      ['p/changed', 'changed'],
      ['p/edited', 'edited'],
      ['p/removed', 'changed'],
    ])
    let written = 0
    restoreFiles(host, folder, files, () => written++)
    expect(written).toBe(3)
    for (const file of Object.keys(wanted)) expect(readFileSync(path.join(folder, file), 'utf8')).toBe('one')
  })

  it('are nowhere but in the project', () => {
    const folder = temporaryFolder()
    const elsewhere = temporaryFolder()
    mkdirSync(path.join(folder, 'pipelines'))
    symlinkSync(elsewhere, path.join(folder, 'pipelines/linked'))
    for (const file of ['../outside.yaml', '/etc/outside.yaml', 'pipelines/linked/pipeline.yaml'])
      expect(() => compared(folder, { [file]: 'x' }), file).toThrow(/lies outside the project/)
  })

  it('tell which one the system would not have written', () => {
    const folder = temporaryFolder()
    writeFileSync(path.join(folder, 'pipelines'), 'no folder')
    const files = [{ path: 'pipelines/p/pipeline.yaml', text: 'x', state: 'changed' as const }]
    expect(() => restoreFiles(host, folder, files, () => undefined)).toThrow(/\/pipelines\/p\/pipeline.yaml` could not/)
  })
})
