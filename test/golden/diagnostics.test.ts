import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { terminalReporter } from '#diagnostics'
import { checkProject, loadProject, type FileReader } from '#tenant'

/**
 * Each folder beside `base` is a case: its files lie over those of `base`, a project without a fault, and
 * `expected.txt` is what the terminal reporter says. `case.txt` may hold lines
 * `env NAME=value`, `environment name` and `without file` (of `base`). UPDATE_GOLDEN=1 writes the expected files; review what it wrote.
 */
interface CaseSettings {
  readonly env: ReadonlyMap<string, string>
  readonly environment?: string | undefined
  readonly without: readonly string[]
}

const root = path.join(import.meta.dirname, 'diagnostics')
const base = path.join(root, 'base')
const cases = readdirSync(root).filter((name) => name !== 'base' && statSync(path.join(root, name)).isDirectory())

function overlay(folder: string, without: readonly string[]): FileReader {
  const roots = [folder, base]
  const visible = (file: string, at: string): boolean => at !== base || !without.includes(file)
  return {
    read: (file) => {
      const at = roots.find((each) => visible(file, each) && existsSync(path.join(each, file)))
      return at === undefined || statSync(path.join(at, file)).isDirectory() ? undefined : readFileSync(path.join(at, file), 'utf8')
    },
    list: (place) => {
      const found = roots.filter((each) => existsSync(path.join(each, place)))
      const names = found.flatMap((at) => readdirSync(path.join(at, place)).filter((name) => visible(`${place}/${name}`, at)))
      return [...new Set(names)]
    },
  }
}

function settingsOf(folder: string): CaseSettings {
  const file = path.join(folder, 'case.txt')
  if (!existsSync(file)) return { env: new Map(), without: [] }
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  const values = (key: string): string[] =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1))
  const env = new Map(values('env').map((text): [string, string] => [text.split('=')[0] ?? '', text.split('=')[1] ?? '']))
  return { env, environment: values('environment')[0], without: values('without') }
}

function report(folder: string): string {
  const { env, environment, without } = settingsOf(folder)
  const options = { env: (name: string) => env.get(name), ...(environment === undefined ? {} : { environment }) }
  const files = overlay(folder, without)
  const { diagnostics, texts } = checkProject(loadProject(files, options), files)
  return terminalReporter()(diagnostics, texts)
}

describe('golden diagnostics', () => {
  it('has a base project without a fault', () => {
    expect(report(base)).toBe('no problems\n')
  })

  it.each(cases)('%s', (name) => {
    const folder = path.join(root, name)
    const expected = path.join(folder, 'expected.txt')
    const actual = report(folder)
    if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(expected, actual)
    expect(actual).toBe(readFileSync(expected, 'utf8'))
    expect(actual, 'a case must show at least one problem').not.toBe('no problems\n')
  })
})
