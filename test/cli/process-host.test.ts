import { readFile } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { processHost } from '../../runtime/cli/process-host.ts'

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
