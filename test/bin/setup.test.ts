import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { PACKAGE_FOLDER } from '../cli/support/buffer-host.ts'
import { temporaryFolder, write } from '../cli/support/project.ts'

const LOCK = { lockfileVersion: 3, packages: { '': {}, 'node_modules/rolldown': { version: '1.0.0' } } }

/** A tree that looks like a clone, whose dependencies are installed. */
function clone(): string {
  const folder = temporaryFolder()
  cpSync(path.join(PACKAGE_FOLDER, 'bin'), path.join(folder, 'bin'), { recursive: true })
  mkdirSync(path.join(folder, 'node_modules'))
  symlinkSync(path.join(PACKAGE_FOLDER, 'node_modules/rolldown'), path.join(folder, 'node_modules/rolldown'))
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
      'runtime/cli/main.ts': 'export const start = () => import("../old.ts").then(({ print }) => print())\n',
      'runtime/old.ts': 'export const print = (): boolean => process.stdout.write("two")\n',
    })
    expect(setup().stderr).toBe('setup: building ...\n')
    expect(node(folder, 'bin/smelt.cjs').stdout).toBe('two')
    expect(readdirSync(path.join(folder, 'dist/chunks'))).not.toEqual([])
    // What a source left behind is gone with it.
    rmSync(path.join(folder, 'runtime/old.ts'))
    write(folder, {
      'runtime/cli/main.ts': 'export function start(): void {\n  process.stdout.write("two")\n}\n',
    })
    expect(setup().stderr).toBe('setup: building ...\n')
    expect(existsSync(path.join(folder, 'dist/chunks'))).toBe(false)
    // So is a build that somebody took away.
    rmSync(path.join(folder, 'dist/cli/main.js'))
    expect(setup().stderr).toBe('setup: building ...\n')
    expect(node(folder, 'bin/smelt.cjs').stdout).toBe('two')
    expect(setup()).toEqual(QUIET)
  })

  it('fails when the build does, each time, and says so', () => {
    const folder = clone()
    write(folder, { 'runtime/cli/main.ts': 'import { start } from "#nowhere"\nstart()\n' })
    for (let time = 0; time < 2; time++) {
      const { status, stderr } = node(folder, 'bin/setup.cjs')
      expect(status).not.toBe(0)
      expect(stderr).toContain('#nowhere')
      expect(stderr).toContain('the build failed')
    }
  })

  it('installs when the lockfile asks for something else than is there', () => {
    const folder = clone()
    const changed = { ...LOCK, packages: { ...LOCK.packages, 'node_modules/rolldown': { version: '2.0.0' } } }
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
