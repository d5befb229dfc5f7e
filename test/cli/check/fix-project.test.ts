import { chmodSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { files } from '../../../runtime/cli/process-host.ts'
import { smelt } from '../support/buffer-host.ts'
import { project, temporaryFolder } from '../support/project.ts'

const PIPELINE = 'pipelines/inventory-compliance/pipeline.yaml'

function readText(folder: string, file = PIPELINE): string {
  return readFileSync(path.join(folder, file), 'utf8')
}

/** A project in which each of `changes` was made to the pipeline; and the text that it had before. */
function broken(...changes: [from: string, to: string][]): { folder: string; sound: string; text: string } {
  const folder = project()
  const sound = readText(folder)
  let text = sound
  for (const [from, to] of changes) {
    expect(text).toContain(from)
    text = text.replace(from, to)
  }
  writeFileSync(path.join(folder, PIPELINE), text)
  return { folder, sound, text }
}

describe('smelt check --fix', () => {
  it('writes what is sure, keeps every other byte, and says what it did', async () => {
    const { folder, sound } = broken(
      ['watermark: 5m #', 'watermrk: 5 minutes #'],
      ['event_time: reported_at', 'eventTime: reported_at'],
      ['window: { tumbling: 1h }', 'window: { tumbling: "1 hour" }'],
      ['os_catalog: { file:', 'os_catalog:  {  file:'],
    )
    const { code, out } = await smelt(['check', '--fix'], { folder })
    expect(code).toBe(0)
    const kept = sound.replace('os_catalog: { file:', 'os_catalog:  {  file:').replace('tumbling: 1h', 'tumbling: "1h"')
    expect(readText(folder)).toBe(kept)
    expect(out).toContain(`fixed ${PIPELINE}:20:5: Write \`event_time\` (spec/unknown-field)`)
    expect(out).toContain('no errors')
  })

  it('mends in further rounds what the first brings to light, and then has nothing to do', async () => {
    const { folder, sound } = broken(['watermark: 5m', 'watermrk: 5min'])
    const first = await smelt(['check', '--fix'], { folder })
    expect(first.out.match(/^fixed /gm)).toHaveLength(2)
    expect(readText(folder)).toBe(sound)
    const { mtimeMs } = statSync(path.join(folder, PIPELINE))
    const second = await smelt(['check', '--fix'], { folder })
    expect(second.out).not.toContain('fixed ')
    expect(statSync(path.join(folder, PIPELINE)).mtimeMs).toBe(mtimeMs)
  })

  it('leaves a guess, unless it is asked for', async () => {
    const { folder, sound, text } = broken(['from: inventory', 'from: inventry'])
    const left = await smelt(['check', '--fix'], { folder })
    expect(left.code).toBe(1)
    expect(left.out).toContain('fix (maybe): Write `inventory`')
    expect(readText(folder)).toBe(text)
    expect((await smelt(['check', '--fix-maybe'], { folder })).code).toBe(0)
    expect(readText(folder)).toBe(sound)
  })

  it('keeps line ends, the mark of UTF-8, and the mode of the file', async () => {
    const { folder, text } = broken(['watermark: 5m', 'watermark: 5 min'])
    const windows = `\u{FEFF}${text.replaceAll('\n', '\r\n')}`
    writeFileSync(path.join(folder, PIPELINE), windows)
    chmodSync(path.join(folder, PIPELINE), 0o640)
    expect((await smelt(['check', '--fix'], { folder })).code).toBe(0)
    expect(readText(folder)).toBe(windows.replace('5 min', '5m'))
    expect(statSync(path.join(folder, PIPELINE)).mode & 0o777).toBe(0o640)
  })

  it('mends only what the paths name', async () => {
    const { folder, text } = broken(['watermark: 5m', 'watermark: 5 min'])
    expect((await smelt(['check', '--fix', 'tenants'], { folder })).code).toBe(0)
    expect(readText(folder)).toBe(text)
  })

  it('does not write a file that changed while it was checked', async () => {
    const { folder } = broken(['watermark: 5m', 'watermark: 5 min'])
    const target = path.join(folder, PIPELINE)
    let reads = 0
    const meddled = {
      ...files,
      read: (file: string) => {
        // The check reads texts, the write bytes: the author saves between them.
        if (file === target && reads++ === 0) writeFileSync(target, '# mine\n')
        return files.read(file)
      },
    }
    const { out } = await smelt(['check', '--fix'], { folder, files: meddled })
    expect(out).toContain('warning[cli/fix-refused]')
    expect(out).toContain('it changed while it was checked')
    expect(readText(folder)).toBe('# mine\n')
  })

  it('does not write through a link that leads out of the project', async () => {
    const { folder } = broken()
    const outside = path.join(temporaryFolder(), 'smelt.yaml')
    const text = readText(folder, 'smelt.yaml').replace('default_environment', 'defaultEnvironment')
    writeFileSync(outside, text)
    rmSync(path.join(folder, 'smelt.yaml'))
    symlinkSync(outside, path.join(folder, 'smelt.yaml'))
    const { code, out } = await smelt(['check', '--fix'], { folder })
    expect(code).toBe(1)
    expect(out).toContain('it lies outside the project, behind a link')
    expect(readText(folder, 'smelt.yaml')).toBe(text)
  })

  it('touches no placeholder, although its value is what is wrong', async () => {
    const { folder, text } = broken(['from: inventory', 'from: ${env.SOURCE}'])
    const { code } = await smelt(['check', '--fix-maybe'], { folder, variables: { SOURCE: 'inventry' } })
    expect(code).toBe(1)
    expect(readText(folder)).toBe(text)
  })

  it('keeps standard output for programs when they ask for another format', async () => {
    const { folder } = broken(['watermark: 5m', 'watermark: 5 min'])
    const { out, err } = await smelt(['check', '--fix', '--json'], { folder })
    expect(JSON.parse(out)).toMatchObject({ counts: { error: 0 } })
    expect(err).toContain(`fixed ${PIPELINE}`)
  })
})
