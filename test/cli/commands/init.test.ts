import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { bufferHost, smelt } from '../support/buffer-host.ts'
import { main } from '../../../runtime/cli/main.ts'
import { runSmelt } from '../support/child.ts'
import { temporaryFolder, write } from '../support/project.ts'

const read = (folder: string, file: string): string => readFileSync(path.join(folder, file), 'utf8')

/** What `init` does when somebody answers its questions. */
async function answered(folder: string, args: readonly string[], replies: readonly string[]) {
  const questions: string[] = []
  const left = [...replies]
  const ask = (question: string): Promise<string> => {
    questions.push(question)
    return Promise.resolve(left.shift() ?? '')
  }
  const host = bufferHost({ folder, ask })
  const code = await main(['init', ...args], host)
  return { code, questions, left, out: host.out(), err: host.err() }
}

describe('smelt init', () => {
  it('starts a project whose printed commands work, one after the other', async () => {
    const folder = temporaryFolder()
    const { code, out, err } = await smelt(['init', 'lake', '--tenant', 'north-sea'], { folder })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const root = path.join(folder, 'lake')
    const commands =
      out
        .split('next:\n')[1]
        ?.trim()
        .split('\n')
        .map((line) => line.trim()) ?? []
    expect(commands[0]).toBe('cd lake')
    const outputs: string[] = []
    for (const line of commands.slice(1, -1)) {
      const args = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '').slice(1)
      const result = await runSmelt(args, { folder: root })
      expect(result, line).toMatchObject({ code: 0 })
      outputs.push(result.out)
    }
    expect(outputs[0]).toContain('checked 1 pipeline and 1 instance: no errors')
    expect(outputs[1]).toContain('4 cases: 4 passed')
    expect(outputs[4]).toContain('(9 rows)')
    const refused = await runSmelt(['query', 'select code from "north-sea".quarantine.temperatures order by code'], {
      folder: root,
    })
    expect(refused.out).toMatch(/record\/check-failed\s+record\/late\s+record\/not-json/)
  })

  it('passes check in each of its environments', async () => {
    const folder = temporaryFolder()
    await smelt(['init'], { folder })
    for (const env of ['local', 'kafka', 's3']) {
      const { code, out } = await smelt(['check', '--env', env], { folder })
      expect({ env, code }).toEqual({ env, code: 0 })
      expect(out).not.toContain('error[')
    }
  })

  it('asks what no option says, and asks again for an answer that cannot be', async () => {
    const all = await answered(temporaryFolder(), [], ['', 'Not An Id', 'globex'])
    expect(all.code).toBe(0)
    expect(all.questions).toHaveLength(3)
    expect(all.out).toContain('`Not An Id` is none')
    expect(all.out).toContain('wrote tenants/globex.yaml')
    const none = await answered(temporaryFolder(), [], ['no'])
    expect(none.questions).toHaveLength(1)
    expect(none.out).not.toContain('tenants/')
    expect((await answered(temporaryFolder(), ['--yes'], [])).questions).toEqual([])
    expect((await answered(temporaryFolder(), ['--tenant', 'x1'], [])).questions).toEqual([])
  })

  it('starts it in the folder that --project names', async () => {
    const folder = temporaryFolder()
    const { code } = await smelt(['--project', 'lake', 'init', '--yes'], { folder })
    expect([code, existsSync(path.join(folder, 'lake', 'smelt.yaml'))]).toEqual([0, true])
  })

  it('with --no-example leaves the first tenant and pipeline to smelt new', async () => {
    const folder = temporaryFolder()
    const { out } = await smelt(['init', '--no-example'], { folder })
    expect(out).toContain('smelt new pipeline --from <a file of events> --tenant acme')
    write(folder, { 'events.ndjson': '{"at":"2026-01-01T00:00:00Z"}' })
    expect((await smelt(['new', 'pipeline', '--from', 'events.ndjson', '--tenant', 'acme'], { folder })).code).toBe(0)
    expect((await smelt(['check'], { folder })).out).toContain('checked 1 pipeline and 1 instance: no errors')
  })

  it('keeps a README, a .gitignore and editor settings that are there, and refuses a project that is', async () => {
    const folder = temporaryFolder()
    write(folder, { 'README.md': 'mine', '.gitignore': 'node_modules\n' })
    const first = await smelt(['init', '--json'], { folder })
    expect(JSON.parse(first.out)).toMatchObject({ kept: ['.gitignore', 'README.md'] })
    expect(read(folder, 'README.md')).toBe('mine')
    const again = await smelt(['init', '--tenant', 'other'], { folder })
    expect(again.code).toBe(1)
    expect(again.err).toContain('error[cli/already-there]: `smelt init` would overwrite `smelt.yaml`')
    expect(existsSync(path.join(folder, 'tenants/other.yaml'))).toBe(false)
  })

  it('refuses a tenant key that cannot be', async () => {
    const folder = temporaryFolder()
    const { code, err } = await smelt(['init', '--tenant', 'A'], { folder })
    expect(code).toBe(2)
    expect(err).toContain('`A` cannot be the key of a tenant')
    expect(existsSync(path.join(folder, 'smelt.yaml'))).toBe(false)
  })

  it('is shipped with its templates', () => {
    const manifest = JSON.parse(read(path.join(import.meta.dirname, '../../..'), 'package.json')) as { files: string[] }
    expect(manifest.files).toContain('templates')
  })
})
