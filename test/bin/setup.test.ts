import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { PACKAGE_FOLDER } from '../cli/support/buffer-host.ts'
import { temporaryFolder, write } from '../cli/support/project.ts'

const LOCK = { lockfileVersion: 3, packages: { '': {}, 'node_modules/typescript': { version: '1.0.0' } } }

/** A tree that looks like a clone, whose dependencies are installed. */
function clone(): string {
  const folder = temporaryFolder()
  cpSync(path.join(PACKAGE_FOLDER, 'bin'), path.join(folder, 'bin'), { recursive: true })
  cpSync(path.join(PACKAGE_FOLDER, 'tsconfig.json'), path.join(folder, 'tsconfig.json'))
  mkdirSync(path.join(folder, 'node_modules/@types'), { recursive: true })
  symlinkSync(path.join(PACKAGE_FOLDER, 'node_modules/typescript'), path.join(folder, 'node_modules/typescript'))
  symlinkSync(path.join(PACKAGE_FOLDER, 'node_modules/@types/node'), path.join(folder, 'node_modules/@types/node'))
  write(folder, {
    'package.json': '{ "name": "clone", "type": "module" }',
    'package-lock.json': JSON.stringify(LOCK),
    'node_modules/.package-lock.json': JSON.stringify(LOCK),
    'runtime/cli/main.ts':
      'export function start(): void {\n  process.stdout.write(`one ${process.argv[2] ?? ""}`)\n}\n',
  })
  return folder
}

function node(folder: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  return { status, stdout, stderr }
}

const QUIET = { status: 0, stdout: '', stderr: '' }

describe('setup', () => {
  it('builds what is missing or changed, and is quiet otherwise', () => {
    const folder = clone()
    const setup = () => node(folder, 'bin/setup.cjs')
    expect(node(folder, 'bin/smelt.cjs', 'check')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('npm run build') as string,
    })
    expect(setup()).toEqual({ status: 0, stdout: '', stderr: 'setup: building ...\n' })
    expect(node(folder, 'bin/smelt.cjs', 'a')).toEqual({ ...QUIET, stdout: 'one a' })
    expect(setup()).toEqual(QUIET)
    write(folder, {
      'runtime/cli/main.ts': 'export function start(): void {\n  process.stdout.write("two")\n}\n',
      'runtime/old.ts': 'export const a = 1\n',
    })
    expect(setup().stderr).toBe('setup: building ...\n')
    expect(node(folder, 'bin/smelt.cjs').stdout).toBe('two')
    expect(existsSync(path.join(folder, 'dist/old.js'))).toBe(true)
    // What a source left behind is gone with it.
    rmSync(path.join(folder, 'runtime/old.ts'))
    expect(setup().stderr).toBe('setup: building ...\n')
    expect(existsSync(path.join(folder, 'dist/old.js'))).toBe(false)
    // So is a build that somebody took away.
    rmSync(path.join(folder, 'dist/cli/main.js'))
    expect(setup().stderr).toBe('setup: building ...\n')
    expect(node(folder, 'bin/smelt.cjs').stdout).toBe('two')
    expect(setup()).toEqual(QUIET)
  })

  it('fails when the build does, each time, and says so', () => {
    const folder = clone()
    write(folder, { 'runtime/cli/main.ts': 'export const start: string = 1\n' })
    for (let time = 0; time < 2; time++) {
      const { status, stdout, stderr } = node(folder, 'bin/setup.cjs')
      expect(status).not.toBe(0)
      expect(stdout).toContain('TS2322')
      expect(stderr).toContain('the build failed')
    }
  })

  it('installs when the lockfile asks for something else than is there', () => {
    const folder = clone()
    const changed = { ...LOCK, packages: { ...LOCK.packages, 'node_modules/typescript': { version: '2.0.0' } } }
    write(folder, {
      'package-lock.json': JSON.stringify(changed),
      'npm-cli.cjs': 'require("node:fs").writeFileSync("called", process.argv.slice(2).join(" "))',
    })
    const { status, stderr } = spawnSync(process.execPath, ['bin/setup.cjs'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, npm_execpath: path.join(folder, 'npm-cli.cjs') },
    })
    expect(status).toBe(0)
    expect(stderr).toContain('installing dependencies (npm ci)')
    expect(readFileSync(path.join(folder, 'called'), 'utf8')).toMatch(/^ci /)
  })

  it('refuses a task that it does not know', () => {
    expect(node(clone(), 'bin/setup.cjs', 'tset').status).toBe(2)
  })
})
