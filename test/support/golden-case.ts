import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { terminalReporter } from '#diagnostics'
import { checkProject, type FileReader } from '#tenant'

/**
 * A golden case of a project with something wrong in it: a folder whose files lie over those of a sound base project.
 * `input.diff` holds changes to files of the base; `case.txt` may hold lines `env NAME=value`, `environment name`,
 * `without file` (of the base) and `$ smelt ...` (the command to run instead of a check).
 */
export interface GoldenCase {
  /** Path from the project's root to text. */
  readonly files: ReadonlyMap<string, string>
  readonly env: ReadonlyMap<string, string>
  readonly environment?: string
  /** Arguments of the command line, when the case is one. */
  readonly command?: readonly string[]
}

/** The project without a fault that cases lie over. */
export const BASE = path.join(import.meta.dirname, '..', 'golden', 'diagnostics', 'base')

/** What is about the project in a case's folder, and not of it. */
const ABOUT = /^(case\.txt|input\.diff|expected\..*)$/

/** The case of `folder`. Throws when its diff does not fit the base. */
export function readGoldenCase(folder: string, base = BASE): GoldenCase {
  const lines = textOf(path.join(folder, 'case.txt')).split('\n')
  const values = (key: string): string[] =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1))
  const without = values('without')
  const files = new Map([...filesBelow(base).filter(([file]) => !without.includes(file)), ...filesBelow(folder)])
  for (const [file, text] of patched(files, textOf(path.join(folder, 'input.diff')))) files.set(file, text)
  const env = values('env').map((text): [string, string] => [text.split('=')[0] ?? '', text.split('=')[1] ?? ''])
  const [environment] = values('environment')
  const [command] = values('$ smelt')
  return {
    files,
    env: new Map(env),
    ...(environment === undefined ? {} : { environment }),
    ...(command === undefined ? {} : { command: command.split(' ') }),
  }
}

/** What the terminal says about the project of a case when it is checked. */
export function reportOf({ files, env, environment }: GoldenCase): string {
  const options = { env: (name: string) => env.get(name), ...(environment === undefined ? {} : { environment }) }
  const { diagnostics, texts } = checkProject(readerOf(files), options)
  return terminalReporter()(diagnostics, texts)
}

/** The files of a case as a project reads them. */
export function readerOf(files: ReadonlyMap<string, string>): FileReader {
  return {
    read: (file) => files.get(file),
    list: (place) => {
      const below = [...files.keys()].filter((file) => file.startsWith(`${place}/`))
      return [...new Set(below.map((file) => file.slice(place.length + 1).split('/')[0] ?? ''))]
    },
  }
}

/**
 * The files that `diff` changes or makes. After `+++ <file>` come hunks, separated by lines `@@`: lines that start with
 * a blank or `-` must stand in the file, exactly once and one after the other; ` ` and `+` lines take their place. A
 * hunk of `+` lines alone makes the file, or goes at its end. `‹text×300›` stands for 300 times `text`.
 */
function patched(files: ReadonlyMap<string, string>, diff: string): Map<string, string> {
  const result = new Map<string, string>()
  for (const section of diff.split(/^\+\+\+ /m).slice(1)) {
    const [file = '', ...lines] = section.replace(/\n$/, '').split('\n')
    let text = files.get(file) ?? ''
    for (const hunk of lines.join('\n').split(/^@@.*\n/m))
      text = applyHunk(file, text, hunk.split('\n').filter(Boolean))
    result.set(file, text)
  }
  return result
}

function applyHunk(file: string, text: string, lines: readonly string[]): string {
  const block = (marks: string): string =>
    lines
      .filter((line) => marks.includes(line.charAt(0)))
      .map((line) => `${line.slice(1)}\n`)
      .join('')
  const [before, after] = [block(' -'), unfolded(block(' +'))]
  if (before === '') return text + after
  const places = `\n${text}`.split(`\n${before}`).length - 1
  if (places !== 1) throw new Error(`${file} holds these lines ${places} times and not once:\n${before}`)
  return `\n${text}`.replace(`\n${before}`, () => `\n${after}`).slice(1)
}

function unfolded(text: string): string {
  return text.replace(/‹(.*?)×(\d+)›/gs, (_, part: string, times: string) => part.repeat(Number(times)))
}

function filesBelow(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => !ABOUT.test(file) && statSync(path.join(folder, file)).isFile())
    .map((file) => [file.split(path.sep).join('/'), readFileSync(path.join(folder, file), 'utf8')])
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
