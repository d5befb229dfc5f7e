import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isSmeltError } from '#diagnostics'
import { files, processHost } from '../../runtime/cli/process-host.ts'
import { temporaryFolder, write } from './support/project.ts'

const NAME = 'DUCKDB_JE_MALLOC_CONF'

/** The environment that the process of an instance is started with. */
async function environmentOfInstance(): Promise<string[]> {
  const child = processHost().fork(['run-instance', 'acme/orders'], () => false)
  onTestFinished(() => child.kill())
  return (await readFile(`/proc/${child.pid}/environ`, 'utf8')).split('\0').filter((each) => each.startsWith(NAME))
}

describe.runIf(process.platform === 'linux')('the process of an instance', () => {
  it('gives memory back soon', async () => {
    expect(await environmentOfInstance()).toEqual([`${NAME}=dirty_decay_ms:250,muzzy_decay_ms:0`])
  })

  it('leaves how it does that to the environment', async () => {
    process.env[NAME] = 'dirty_decay_ms:5000'
    onTestFinished(() => {
      delete process.env['DUCKDB_JE_MALLOC_CONF']
    })
    expect(await environmentOfInstance()).toEqual([`${NAME}=dirty_decay_ms:5000`])
  })
})

describe('writing files', () => {
  const refused = (write: (file: string) => unknown, file: string): string | undefined => {
    try {
      write(file)
    } catch (error) {
      return isSmeltError(error, 'cli/cannot-write')
        ? `${error.message}, ${error.diagnostic.cause?.split(':')[0]}`
        : 'bug'
    }
    return undefined
  }

  it('tells which file the system refused, whether it was to be made, replaced or either', () => {
    const folder = temporaryFolder()
    write(folder, { 'taken/file': 'x' })
    const [place, below] = [path.join(folder, 'taken'), path.join(folder, 'taken', 'file', 'below')]
    const told = (file: string): unknown => expect.stringMatching(new RegExp(`^\`${file}\` could not be written, E`))
    expect(refused((file) => files.create(file, ''), below)).toEqual(told(below))
    expect(refused((file) => files.write(file, ''), below)).toEqual(told(below))
    expect(refused((file) => files.put(file, ''), place)).toEqual(told(place))
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['taken', path.join('taken', 'file')])
  })

  it('puts a file where none is, and in the place of one', () => {
    const file = path.join(temporaryFolder(), 'new', 'file')
    for (const text of ['first', 'second']) {
      files.put(file, text)
      expect(readFileSync(file, 'utf8')).toBe(text)
    }
  })
})
