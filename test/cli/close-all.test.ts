import { expect, it } from 'vitest'
import { closeAll } from '../../runtime/cli/close-all.ts'

it('closes the newest first, and what is left when one fails', async () => {
  const closed: number[] = []
  const closers = [1, 2, 3].map((each) => () => {
    closed.push(each)
    if (each > 1) throw new Error(`cannot close ${each}`)
  })
  await expect(closeAll(closers)).rejects.toThrow('cannot close 3')
  expect(closed).toEqual([3, 2, 1])
})
