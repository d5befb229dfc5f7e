import { describe, expect, it } from 'vitest'
import { startProgram } from '../../runtime/cli/start-program.ts'
import { temporaryFolder } from './support/project.ts'

const SAYS =
  'process.stdout.write(JSON.stringify([process.argv.slice(1), process.cwd(), process.env.A ?? null, process.env.B ?? null]))'

describe('startProgram', () => {
  it('gives arguments as they are, the folder, and the environment without what is undefined', async () => {
    const folder = temporaryFolder()
    const args = ['$HOME', '`id`', "; echo 'x'", '*', '']
    const env = { A: 'ä', B: undefined }
    const { ended } = startProgram(process.execPath, ['-e', SAYS, '--', ...args], { folder, env })
    const end = await ended
    if (end === 'not-installed') expect.fail('it is installed')
    expect(end).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(end.out)).toEqual([args, folder, 'ä', null])
  })

  it('gives all that was printed, a character that comes in two parts too, and the exit code', async () => {
    const writes =
      "process.stderr.write('no'); process.stdout.write('x'.repeat(70001) + 'ä'.repeat(40000), () => process.exit(3))"
    const { ended } = startProgram(process.execPath, ['-e', writes], { folder: '.', env: {} })
    expect(await ended).toEqual({ code: 3, err: 'no', out: 'x'.repeat(70001) + 'ä'.repeat(40000) })
  })

  it('is told what is not installed, and ended when it is killed', async () => {
    expect(await startProgram('smelt-no-such-program', [], { folder: '.', env: {} }).ended).toBe('not-installed')
    const waits = startProgram(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { folder: '.', env: {} })
    waits.kill()
    expect(await waits.ended).toMatchObject({ code: null })
  })
})
