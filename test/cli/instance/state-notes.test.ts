import { expect, it } from 'vitest'
import { enterState, readLifecycle } from '#engine'
import { openStore } from '#lake'
import { stateNote } from '../../../runtime/cli/instance/state-notes.ts'
import { bufferHost } from '../support/buffer-host.ts'
import { temporaryFolder } from '../support/project.ts'

it('a note of one that was fenced stands only where nobody noted anything since', async () => {
  const store = await openStore({ kind: 'folder', path: temporaryFolder() })
  const note = stateNote(bufferHost({}), store, 'orders')
  const last = async (): Promise<string | undefined> => (await readLifecycle(store, 'orders')).at(-1)?.reason
  void note('STARTING', 'started')
  await note('FAILED', 'fenced', { own: true })
  expect(await last()).toBe('fenced')

  await note('STARTING', 'started once more')
  await enterState(store, 'orders', { state: 'RUNNING', atMs: 1, reason: 'runs elsewhere' })
  await note('FAILED', 'fenced', { own: true })
  expect(await last()).toBe('runs elsewhere')
  await note('FAILED', 'it failed')
  expect(await last()).toBe('it failed')
  await store.close()
})
