import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { main } from '../../../runtime/cli/main.ts'
import { processHost } from '../../../runtime/cli/process-host.ts'
import { bufferHost, smelt } from '../support/buffer-host.ts'
import { project } from '../support/project.ts'

const PIPELINE = 'pipelines/inventory-compliance/pipeline.yaml'

/** `smelt check --watch` in this process, on real folders. */
function watching(folder: string): {
  readonly seen: (text: string | RegExp) => Promise<string>
  readonly stop: () => Promise<number>
} {
  let text = ''
  const listeners = new Set<() => void>()
  let interrupt: () => void = () => undefined
  const write = (more: string): void => {
    text += more
    for (const each of listeners) each()
  }
  const { watch, after } = processHost()
  const output = { write, isTerminal: false, width: 100 }
  const host = bufferHost({
    ...{ folder, watch, after, stdout: output, stderr: output },
    // Its code is to be as fast as it can be: there is time to make it so.
    hurry: () => {
      throw new Error('what watches does not hurry')
    },
    onStopSignal: (listener) => {
      interrupt = () => listener('SIGINT')
      return () => undefined
    },
  })
  const ended = main(['check', '--watch'], host)
  return {
    // What was seen is over: the next look is at what follows.
    seen: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const at = text.search(wanted)
          if (at === -1) return
          listeners.delete(look)
          const found = text
          text = ''
          resolve(found)
        }
        listeners.add(look)
        look()
      }),
    stop: async () => {
      interrupt()
      return ended
    },
  }
}

describe('smelt check --watch', () => {
  it('checks again when a file changes, and ends with the code of the last check', async () => {
    const folder = project()
    const file = path.join(folder, PIPELINE)
    const sound = readFileSync(file, 'utf8')
    const run = watching(folder)
    await run.seen('watching for changes')
    writeFileSync(file, sound.replace('from: inventory', 'from: inventry'))
    expect(await run.seen('1 error')).toContain(`changed: ${PIPELINE}`)
    expect(await run.stop()).toBe(1)
  })

  it('sees a save that replaces the file, one that removes it, and files in new folders', async () => {
    const folder = project()
    const file = path.join(folder, PIPELINE)
    const sound = readFileSync(file, 'utf8')
    const run = watching(folder)
    await run.seen('watching for changes')
    writeFileSync(`${file}~`, sound.replace('from: inventory', 'from: inventry'))
    renameSync(`${file}~`, file)
    await run.seen('1 error')
    rmSync(file)
    await run.seen('spec/no-pipeline-file')
    writeFileSync(file, sound)
    await run.seen('no errors')
    mkdirSync(path.join(folder, 'pipelines', 'new'))
    await run.seen('no errors')
    writeFileSync(path.join(folder, 'pipelines', 'new', 'pipeline.yaml'), 'smelt: 1\nname: new\n')
    await run.seen('`sources`')
    rmSync(path.join(folder, 'pipelines', 'new'), { recursive: true })
    await run.seen('no errors')
    writeFileSync(path.join(folder, 'smelt.yaml'), 'smelt: 2\n')
    await run.seen('spec/unsupported-version')
    expect(await run.stop()).toBe(1)
  })

  it('takes a burst of changes as few', async () => {
    const folder = project()
    const run = watching(folder)
    await run.seen('watching for changes')
    for (let at = 0; at < 1000; at++) writeFileSync(path.join(folder, 'tenants', `note-${at % 100}.txt`), String(at))
    writeFileSync(path.join(folder, 'tenants', 'zeta.yaml'), 'smelt: 1\npipelines: { nothing: }\n')
    const seen = await run.seen('tenant/unknown-pipeline')
    expect(seen.match(/^changed: /gm)?.length).toBeLessThan(10)
    expect(await run.stop()).toBe(1)
  })

  it('says why a folder cannot be watched', async () => {
    const { code, err } = await smelt(['check', '--watch'], {
      folder: project(),
      watch: () => {
        throw new Error('ENOSPC: limit of watchers reached')
      },
    })
    expect(code).toBe(3)
    expect(err).toContain('cli/cannot-watch')
    expect(err).toContain('ENOSPC')
  })

  it('does not write while it watches', async () => {
    const { code, err } = await smelt(['check', '--watch', '--fix'], { folder: project() })
    expect(code).toBe(2)
    expect(err).toContain('cli/bad-usage')
  })
})
