import path from 'node:path'
import { NO_HISTORY, type TenantHistory, type TenantRemoval } from '#tenant'
import type { Host, Program, ProgramEnd } from '../host.ts'

/** How long git may take from when its answer is waited for. A history of some ten thousand commits takes a tenth of it. */
const LONGEST_MS = 5_000

/**
 * Without what makes git look elsewhere than in the folder it is started in, as a hook is given it. What it says is read, so
 * it says it in English.
 */
const ENVIRONMENT = {
  ...{ GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined, GIT_COMMON_DIR: undefined },
  ...{ GIT_PREFIX: undefined, GIT_NAMESPACE: undefined, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
}

/** What the configuration might say otherwise: it starts no program, and nothing is fetched for a clone that lacks a part. */
const SETTINGS = [
  ...['log.diffMerges=separate', 'log.follow=false', 'log.showSignature=false'],
  ...['core.fsmonitor=false', 'protocol.allow=never'],
].flatMap((each) => ['-c', each])

/**
 * Every removal, also in a merge, against any of its parents: a file that a wrong merge lost is in none of the commits that
 * were merged. Names end with a zero byte, so that they may hold anything.
 */
const REMOVALS = ['log', '--full-history', '-m', '--no-renames', '--diff-filter=D', '--raw', '-z', '--no-abbrev']
const FORMAT = ['--relative', '--no-color', '--no-ext-diff', '--no-decorate', '--format=%H %P']

/** The line of each file that begins with `id`, read from what the newest commit has: in YAML no other key can begin there. */
const IDS = ['grep', '-z', '-I', '--no-color', '--no-line-number', '--no-column', '--no-full-name', '--no-heading']
const ID_LINES = ['--no-break', '--no-recurse-submodules', '-E', `^["']?id["']?[[:space:]]*:`, 'HEAD', '--', 'tenants/']

/** git was asked and there is nothing to know: no repository after all, or one without a commit. */
const NOTHING = /not a git repository|does not have any commits yet/

/**
 * Starts to ask git which files tenants/ of the project at `root` had, and with which ids, beside whatever is done meanwhile, and once however
 * often the answer is asked for. Nothing is started outside a repository. What git cannot say is told and no fault; of a clone
 * without its whole history only the rest is known.
 */
export function openTenantHistory(host: Host, root: string): () => Promise<TenantHistory> {
  if (!inRepository(host, root)) return () => Promise.resolve(NO_HISTORY)
  const git = (...args: readonly string[]): Program =>
    host.program('git', [...SETTINGS, ...args], { folder: root, env: ENVIRONMENT })
  const log = git(...REMOVALS, ...FORMAT, '--', 'tenants')
  const newest = git('ls-tree', '-z', '--name-only', 'HEAD', 'tenants/')
  const ids = git(...IDS, ...ID_LINES)
  let answer: Promise<TenantHistory> | undefined
  return () => (answer ??= historyOf(host, { log, newest, ids }))
}

/** In the folder, or in one above it, as git itself looks for it. */
function inRepository({ files }: Host, root: string): boolean {
  for (let folder = files.realPath(root); folder !== undefined;) {
    if (files.exists(path.join(folder, '.git'))) return true
    const parent = path.dirname(folder)
    folder = parent === folder ? undefined : parent
  }
  return false
}

async function historyOf(
  host: Host,
  { log, newest, ids }: { readonly log: Program; readonly newest: Program; readonly ids: Program },
): Promise<TenantHistory> {
  const ends = await inTime(host, [log, newest, ids])
  if (ends === undefined) return { ...NO_HISTORY, unread: `it took longer than ${LONGEST_MS / 1000} s` }
  const [removed, committed, found] = ends
  const problem = problemOf(removed) ?? problemOf(committed) ?? (foundNothing(found) ? undefined : problemOf(found))
  if (problem !== undefined) return NOTHING.test(problem) ? NO_HISTORY : { ...NO_HISTORY, unread: problem }
  return { committed: fieldsOf(committed).map(nameOf), removals: removalsOf(fieldsOf(removed)), ids: idsOf(found) }
}

/** Not a fault: git says so with its exit code alone. */
const foundNothing = (end: ProgramEnd): boolean => end !== 'not-installed' && end.code === 1 && end.err === ''

/** A file, a zero byte and the line with its id; of a file with more than one, which is none, the last. */
function idsOf(end: ProgramEnd): ReadonlyMap<string, string> {
  if (end === 'not-installed') return new Map()
  const found = end.out.matchAll(/HEAD:(tenants\/[^\0]+)\0["']?id["']?\s*:\s*["']?(t-[0-9a-z]+)["']?\s*(?:#.*)?\n/g)
  return new Map([...found].map(([, file = '', id = '']) => [nameOf(file), id]))
}

/** How the programs ended, or undefined, and they are ended, when that takes too long from now on. */
async function inTime(
  { after }: Host,
  programs: readonly [Program, Program, Program],
): Promise<readonly [ProgramEnd, ProgramEnd, ProgramEnd] | undefined> {
  const [first, second, third] = programs
  let cancel = (): void => undefined
  const late = new Promise<undefined>((resolve) => (cancel = after(LONGEST_MS, () => resolve(undefined))))
  const ends = await Promise.race([Promise.all([first.ended, second.ended, third.ended]), late])
  cancel()
  if (ends === undefined) for (const each of programs) each.kill()
  return ends
}

function problemOf(end: ProgramEnd): string | undefined {
  if (end === 'not-installed') return 'git is not installed'
  if (end.code === 0) return undefined
  return end.err.trim().split('\n', 1)[0] || 'it ended without a word'
}

function fieldsOf(end: ProgramEnd): string[] {
  return end === 'not-installed' ? [] : end.out.split('\0').filter((field) => field !== '')
}

const nameOf = (file: string): string => file.replace(/^tenants\//, '')

/** A line of `--raw` of a file that was removed: what it held comes third. */
const RAW = /^\n?:\d+ \d+ ([0-9a-f]+) [0-9a-f]+ D$/

interface FoundRemoval {
  readonly name: string
  readonly blob: string
  readonly commit: string
  readonly isMerge: boolean
}

/**
 * Of each file its newest removal. That of a merge is told only where no commit that was merged removed the same text: it is
 * the commit that somebody made for it that a reader looks for.
 */
function removalsOf(fields: readonly string[]): TenantRemoval[] {
  const byName = new Map<string, FoundRemoval[]>()
  let commit = ''
  let parents: readonly string[] = []
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] ?? ''
    const blob = RAW.exec(field)?.[1]
    if (blob === undefined) [commit = '', ...parents] = field.trim().split(' ')
    else {
      at++ // The name, whatever it looks like.
      const name = nameOf(fields[at] ?? '')
      byName.set(name, [...(byName.get(name) ?? []), { name, blob, commit, isMerge: parents.length > 1 }])
    }
  }
  return [...byName.values()].flatMap(([newest, ...older]) => {
    if (newest === undefined) return []
    return removalOf([newest, ...older].find(({ blob, isMerge }) => !isMerge && blob === newest.blob) ?? newest)
  })
}

/** Which parent of a merge had the file is not known, but what it held is. */
function removalOf({ name, blob, commit, isMerge }: FoundRemoval): TenantRemoval {
  const short = (id: string): string => id.slice(0, 12)
  const file = `tenants/${name}`
  const restore = isMerge ? `git show ${short(blob)} > ${file}` : `git checkout ${short(commit)}~1 -- ${file}`
  return { name, commit: short(commit), restore }
}
