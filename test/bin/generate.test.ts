import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { PACKAGE_FOLDER } from '../cli/support/buffer-host.ts'
import { temporaryFolder, write } from '../cli/support/project.ts'

const BUILT = `
  export const GENERATE_COMMAND = 'npm run generate'
  export const GENERATED_FOLDERS = ['docs/reference', 'docs/missing']
  export const generatedFiles = () => new Map([['docs/reference/a.md', 'a\\n'], ['docs/reference/deep/b.md', 'b\\n']])
`

function clone(): string {
  const folder = temporaryFolder()
  cpSync(path.join(PACKAGE_FOLDER, 'bin/generate.cjs'), path.join(folder, 'bin/generate.cjs'))
  write(folder, { 'package.json': '{ "type": "module" }', 'dist/cli/generate/index.js': BUILT })
  return folder
}

function generate(folder: string, ...args: string[]) {
  const options = { cwd: folder, encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/generate.cjs', ...args], options)
  return { status, stdout, stderr }
}

describe('generate', () => {
  it('writes what differs, and nothing that does not', () => {
    const folder = clone()
    write(folder, { 'docs/reference/a.md': 'a\n' })
    expect(generate(folder)).toEqual({ status: 0, stdout: 'wrote docs/reference/deep/b.md\n', stderr: '' })
    expect(readFileSync(path.join(folder, 'docs/reference/deep/b.md'), 'utf8')).toBe('b\n')
    expect(generate(folder)).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it('removes what nothing makes any more', () => {
    const folder = clone()
    write(folder, { 'docs/reference/old/c.md': 'c\n', 'docs/kept.md': 'kept\n' })
    expect(generate(folder).stdout).toContain('removed docs/reference/old/c.md\n')
    expect(existsSync(path.join(folder, 'docs/reference/old/c.md'))).toBe(false)
    expect(existsSync(path.join(folder, 'docs/kept.md'))).toBe(true)
  })

  it('with --check fails on any difference, names the command that mends it, and writes nothing', () => {
    const folder = clone()
    write(folder, { 'docs/reference/a.md': 'edited\n', 'docs/reference/c.md': 'c\n' })
    const { status, stderr } = generate(folder, '--check')
    expect(status).toBe(1)
    expect(stderr).toContain('docs/reference/a.md, docs/reference/deep/b.md, docs/reference/c.md')
    expect(stderr).toContain('Run `npm run generate`')
    expect(readFileSync(path.join(folder, 'docs/reference/a.md'), 'utf8')).toBe('edited\n')
    generate(folder)
    expect(generate(folder, '--check')).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it('refuses an option that it does not know', () => {
    const folder = clone()
    expect(generate(folder, '--force').status).toBe(2)
    expect(existsSync(path.join(folder, 'docs'))).toBe(false)
  })
})
