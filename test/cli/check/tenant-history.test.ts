import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTenantHistory } from '../../../runtime/cli/check/tenant-history.ts'
import type { Program } from '../../../runtime/cli/host.ts'
import { program as realProgram } from '../../../runtime/cli/process-host.ts'
import { bufferHost, smelt } from '../support/buffer-host.ts'
import { temporaryFolder, write } from '../support/project.ts'

const PROJECT = {
  'smelt.yaml': `smelt: 1
default_environment: local
environments:
  local: { broker: { topic_log: topics }, lake: { folder: lake } }
`,
  'tenants/acme.yaml': 'smelt: 1\npipelines: { orders: }\n',
  'tenants/hooli.yaml': 'smelt: 1\nname: Hooli\npipelines: { orders: }\n',
  'pipelines/orders/pipeline.yaml':
    'smelt: 1\nname: orders\nsources: { o: { topic: orders, contract: c.json, event_time: kafka_timestamp } }\nsilver: { t: { from: o } }\n',
  'pipelines/orders/c.json': '{"type":"object","properties":{"id":{"type":"string"}}}',
}

/** A person who commits. */
const AUTHOR = {
  ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org', GIT_COMMITTER_NAME: 'a' },
  ...{ GIT_COMMITTER_EMAIL: 'a@example.org', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
}

interface Repository {
  readonly folder: string
  /** The folder of the project. */
  readonly root: string
  readonly git: (...args: readonly string[]) => string
  /** Adds everything, and gives the id of the commit as it is told. */
  readonly commit: (message: string) => string
  readonly remove: (name: string) => void
  readonly check: () => Promise<{ readonly code: number; readonly out: string; readonly err: string }>
}

/** A repository with the project in it, or in a folder of it, and one commit. */
function repository(within = ''): Repository {
  const folder = temporaryFolder()
  const root = path.join(folder, within)
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [...args], { cwd: folder, env: { ...process.env, ...AUTHOR }, encoding: 'utf8', stdio: 'pipe' })
  const commit = (message: string): string => {
    git('add', '-A')
    git('commit', '-q', '--allow-empty', '-m', message)
    return git('rev-parse', '--short=12', 'HEAD').trim()
  }
  git('init', '-q', '-b', 'main')
  write(root, PROJECT)
  commit('begin')
  const remove = (name: string): void => rmSync(path.join(root, 'tenants', name))
  return { folder, root, git, commit, remove, check: () => smelt(['check', '--format', 'json'], { folder: root }) }
}

/** Brings a tenant to `main`, and loses it in a merge of `topic` and `main`. Gives the id of the merge as it is told. */
function loseInMerge(repo: Repository, into: 'main' | 'topic'): string {
  repo.git('checkout', '-q', '-b', 'topic')
  write(repo.folder, { 'topic.txt': 'x' })
  repo.commit('topic')
  repo.git('checkout', '-q', 'main')
  write(repo.folder, { 'tenants/initech.yaml': 'smelt: 1\nname: Initech\npipelines: { orders: }\n' })
  repo.commit('initech comes')
  repo.git('checkout', '-q', into)
  repo.git('merge', '-q', '--no-commit', '--no-ff', into === 'main' ? 'topic' : 'main')
  repo.git('rm', '-q', '-f', 'tenants/initech.yaml')
  return repo.commit('a wrong merge')
}

/** Gives the newest commit a signature, which no key fits. */
function sign({ folder, git }: Repository): void {
  const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ\n -----END PGP SIGNATURE-----\n'
  const text = git('cat-file', 'commit', 'HEAD').replace(/^committer .*\n/m, (line) => `${line}${signature}`)
  const file = path.join(folder, '.git/signed')
  writeFileSync(file, text)
  git('reset', '-q', git('hash-object', '-t', 'commit', '-w', file).trim())
}

/** The problems of tenants that are gone: message and what to do. */
async function vanished({ check }: Pick<Repository, 'check'>): Promise<string[]> {
  const { out } = await check()
  const found = JSON.parse(out) as { diagnostics: { code: string; message: string; help: string }[] }
  return found.diagnostics
    .filter(({ code }) => /vanished|unread-history/.test(code))
    .map(({ message, help }) => `${message}. ${/`(git .+?)`/.exec(help)?.[1] ?? help}`)
}

describe.each(['', 'lake/project'])('in a repository, the project in its folder "%s"', (within) => {
  it('a file of a tenant that a commit removed is an error that names the commit, until it is put back', async () => {
    const repo = repository(within)
    expect(await vanished(repo)).toEqual([])
    repo.remove('hooli.yaml')
    expect(await vanished(repo)).toEqual([
      '`tenants/hooli.yaml` was removed, which is not committed yet. git checkout HEAD -- tenants/hooli.yaml',
    ])
    const removal = repo.commit('let hooli go')
    repo.commit('something else')
    const [told = '', ...others] = await vanished(repo)
    expect(others).toEqual([])
    expect(told).toBe(
      `\`tenants/hooli.yaml\` was removed by the commit \`${removal}\`. git checkout ${removal}~1 -- tenants/hooli.yaml`,
    )
    expect((await repo.check()).code).toBe(1)
    const [, ...command] = (told.split('. ')[1] ?? '').split(' ')
    execFileSync('git', command, { cwd: repo.root })
    expect(readFileSync(path.join(repo.root, 'tenants/hooli.yaml'), 'utf8')).toBe(PROJECT['tenants/hooli.yaml'])
    expect(await vanished(repo)).toEqual([])
  })

  it('a removal that is added and not committed is one too, and so is one that was put back and lost again', async () => {
    const repo = repository(within)
    repo.remove('hooli.yaml')
    repo.git('add', '-A')
    expect(await vanished(repo)).toEqual([expect.stringContaining('not committed yet') as string])
    repo.commit('gone')
    repo.git('revert', '--no-edit', 'HEAD')
    expect(await vanished(repo)).toEqual([])
    repo.remove('hooli.yaml')
    const again = repo.commit('gone again')
    expect(await vanished(repo)).toEqual([expect.stringContaining(again) as string])
  })

  it('a renamed key is a removal; a tombstone is none, until it is removed itself', async () => {
    const repo = repository(within)
    renameSync(path.join(repo.root, 'tenants/hooli.yaml'), path.join(repo.root, 'tenants/initech.yaml'))
    const renamed = repo.commit('call it initech')
    expect(await vanished(repo)).toEqual([
      expect.stringContaining(`\`tenants/hooli.yaml\` was removed by the commit \`${renamed}\``) as string,
    ])
    write(repo.root, { 'tenants/hooli.yaml': 'smelt: 1\nstate: offboarded\npipelines: { orders: }\n' })
    expect(await vanished(repo)).toEqual([])
    repo.commit('tombstone')
    repo.remove('hooli.yaml')
    expect(await vanished(repo)).toHaveLength(1)
  })

  it('the project elsewhere in the repository is not meant', async () => {
    const repo = repository(within)
    write(repo.folder, { 'other/tenants/umbrella.yaml': 'x', 'tenants-of-old/umbrella.yaml': 'x' })
    repo.commit('more')
    repo.git('rm', '-q', '-r', 'other', 'tenants-of-old')
    repo.commit('less')
    expect(await vanished(repo)).toEqual([])
  })
})

describe('in a repository', () => {
  it('a file that a wrong merge lost is found, whichever side had it, and what it held is put back', async () => {
    for (const into of ['main', 'topic'] as const) {
      const repo = repository()
      const merge = loseInMerge(repo, into)
      const [told = '', ...others] = await vanished(repo)
      expect(others).toEqual([])
      expect(told).toContain(`was removed by the commit \`${merge}\``)
      const [, blob = ''] = /git show ([0-9a-f]{12}) > tenants\/initech\.yaml$/.exec(told) ?? []
      expect(repo.git('show', blob)).toContain('name: Initech')
    }
  })

  it('the commit of a person is told, not the merge that brought it', async () => {
    const repo = repository()
    repo.git('checkout', '-q', '-b', 'topic')
    repo.remove('hooli.yaml')
    const removal = repo.commit('gone')
    repo.git('checkout', '-q', 'main')
    repo.commit('meanwhile')
    repo.git('merge', '-q', '--no-ff', '-m', 'merge topic', 'topic')
    expect(await vanished(repo)).toEqual([expect.stringContaining(`by the commit \`${removal}\``) as string])
  })

  it('names of files may hold anything, and so may messages of commits', async () => {
    const repo = repository()
    const odd = ['line\nbreak.yaml', ':100644 000000 aa bb D', 'ümläut.yaml', '"quoted".yaml', '-x.yaml', 'a b.yaml']
    write(repo.root, Object.fromEntries(odd.map((name) => [`tenants/${name}`, 'x\n'])))
    repo.commit('odd')
    for (const name of odd) repo.remove(name)
    repo.remove('hooli.yaml')
    const removal = repo.commit(':100644 000000 1234567 0000000 D\n\ntenants/acme.yaml')
    expect(await vanished(repo)).toEqual([expect.stringContaining(removal) as string])
  })

  it('what the repository is set to changes nothing, and starts nothing', async () => {
    const repo = repository()
    loseInMerge(repo, 'main')
    sign(repo)
    const merge = repo.git('rev-parse', '--short=12', 'HEAD').trim()
    const trap = path.join(repo.folder, 'trap')
    const program = path.join(repo.folder, '.git/program')
    writeFileSync(program, `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 })
    for (const [key, value] of [
      ...([
        ['log.follow', 'true'],
        ['diff.renames', 'copies'],
        ['log.diffMerges', 'off'],
      ] as const),
      ...([
        ['log.showSignature', 'true'],
        ['gpg.program', program],
        ['color.ui', 'always'],
      ] as const),
      ...([
        ['core.fsmonitor', program],
        ['diff.external', program],
        ['core.pager', program],
      ] as const),
    ])
      repo.git('config', key, value)
    expect(await vanished(repo)).toEqual([expect.stringContaining(merge) as string])
    expect(existsSync(trap)).toBe(false)
    repo.git('log', '-1')
    expect(existsSync(trap), 'the trap works').toBe(true)
  })

  it('the variables of a hook do not lead elsewhere', async () => {
    const repo = repository('lake')
    repo.remove('hooli.yaml')
    const before = { ...process.env }
    Object.assign(process.env, { GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index', GIT_PREFIX: 'lake/' })
    try {
      expect(await vanished(repo)).toHaveLength(1)
    } finally {
      process.env = before
    }
  })

  it('a shallow clone tells what it sees', async () => {
    const repo = repository()
    repo.remove('hooli.yaml')
    repo.commit('gone')
    repo.commit('later')
    const clone = (depth: number): Pick<Repository, 'check'> => {
      const folder = path.join(temporaryFolder(), 'clone')
      repo.git('clone', '-q', '--depth', String(depth), `file://${repo.folder}`, folder)
      return { check: () => smelt(['check', '--format', 'json'], { folder }) }
    }
    expect(await vanished(clone(1))).toEqual([])
    expect(await vanished(clone(3))).toHaveLength(1)
  })

  it('a tenant that is gone cannot be onboarded anew', async () => {
    const repo = repository()
    repo.remove('hooli.yaml')
    repo.commit('gone')
    const refused = await smelt(['tenant', 'new', 'hooli'], { folder: repo.root })
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('error[tenant/vanished]')
    expect(bufferHost().files.exists(path.join(repo.root, 'tenants/hooli.yaml'))).toBe(false)
    expect((await smelt(['tenant', 'new', 'umbrella'], { folder: repo.root })).code).toBe(0)
  })

  it('smelt tenant check tells of it too, also of that tenant alone', async () => {
    const repo = repository()
    repo.remove('hooli.yaml')
    const told = (...more: readonly string[]) => smelt(['tenant', 'check', ...more], { folder: repo.root })
    expect((await told()).err).toContain('error[tenant/vanished]: `tenants/hooli.yaml` was removed')
    expect((await told('hooli')).err).toContain('error[tenant/vanished]')
    expect(await told('acme')).toMatchObject({ code: 0, err: '' })
  })

  it('through a link to the project', async () => {
    const repo = repository('lake')
    repo.remove('hooli.yaml')
    const link = path.join(temporaryFolder(), 'link')
    symlinkSync(repo.root, link)
    expect(await vanished({ check: () => smelt(['check', '--format', 'json'], { folder: link }) })).toHaveLength(1)
  })
})

describe.each(['', 'lake/project'])('the ids that the files had, the project in the folder "%s"', (within) => {
  const [ID, OTHER] = ['t-7kq3m9t4dhm', 't-g4b8r2nc6pw']
  const lines = [`id: ${ID}`, `"id" : '${ID}' # ours`, `id:   ${ID}\r`]

  it.each(lines)('are those of the newest commit, as %j has it, whatever the configuration says', async (line) => {
    const repo = repository(within)
    const file = (text: string): void =>
      write(repo.root, { 'tenants/hooli.yaml': `smelt: 1\n${text}\npipelines: { orders: }\n` })
    const changed = async (): Promise<string[]> => {
      const { diagnostics } = JSON.parse((await repo.check()).out) as {
        diagnostics: { code: string; message: string }[]
      }
      return diagnostics.filter(({ code }) => code.startsWith('tenant/')).map(({ message }) => message)
    }
    for (const name of ['fullName', 'lineNumber', 'column', 'heading', 'break'])
      repo.git('config', `grep.${name}`, 'true')
    repo.git('config', 'color.ui', 'always')
    file(line)
    expect(await changed(), 'the first').toEqual([])
    repo.commit('an id')
    expect(await changed()).toEqual([])
    file(`id: ${OTHER}`)
    expect(await changed()).toEqual([
      `The id of the tenant \`hooli\` is \`${OTHER}\`, but at the newest commit it is \`${ID}\``,
    ])
    for (const verb of ['plan', 'apply', 'new', 'check']) {
      const { code, err } = await smelt(['tenant', verb, 'hooli'], { folder: repo.root })
      expect({ verb, code, told: err.includes('error[tenant/id-changed]') }).toEqual({ verb, code: 1, told: true })
    }
    expect(existsSync(path.join(repo.root, 'rendered'))).toBe(false)
    repo.commit('another one, for good')
    expect(await changed()).toEqual([])
  })
})

describe('where git does not say', () => {
  const never: Program = { ended: new Promise(() => undefined), kill: () => undefined }

  it('starts nothing outside a repository', async () => {
    const folder = temporaryFolder()
    write(folder, PROJECT)
    const program = (): never => {
      throw new Error('nothing is to be started')
    }
    expect(await smelt(['check'], { folder, program })).toMatchObject({ code: 0 })
  })

  it('takes a repository without a commit, and a folder that only looks like one, for no history', async () => {
    const folder = temporaryFolder()
    write(folder, PROJECT)
    mkdirSync(path.join(folder, '.git'))
    expect(await vanished({ check: () => smelt(['check', '--format', 'json'], { folder }) })).toEqual([])
    execFileSync('git', ['init', '-q'], { cwd: folder })
    expect(await vanished({ check: () => smelt(['check', '--format', 'json'], { folder }) })).toEqual([])
  })

  it('warns where git is not installed, is damaged or takes too long, and checks the rest', async () => {
    const repo = repository()
    const absent: Parameters<typeof smelt>[1] = {
      folder: repo.root,
      program: (name, args, options) => realProgram(`${name}-not-installed`, args, options),
    }
    const without = await smelt(['check'], absent)
    expect(without.code).toBe(0)
    expect(without.out).toContain(
      'warning[tenant/unread-history]: Git does not say which tenants there were: git is not',
    )

    let killed = 0
    const slow = { ...never, kill: () => (killed += 1) }
    const late = await smelt(['check'], {
      folder: repo.root,
      program: () => slow,
      after: (_ms, run) => {
        queueMicrotask(run)
        return () => undefined
      },
    })
    expect(late.out).toContain('it took longer than 5 s')
    expect({ code: late.code, killed }).toEqual({ code: 0, killed: 3 })

    rmSync(path.join(repo.root, '.git/objects'), { recursive: true })
    mkdirSync(path.join(repo.root, '.git/objects'))
    const damaged = await repo.check()
    expect(damaged.out).toContain('tenant/unread-history')
    expect(damaged.code).toBe(0)
  })

  it('asks once, however often the answer is wanted', async () => {
    const repo = repository()
    let started = 0
    const host = bufferHost({
      program: (...args) => {
        started++
        return realProgram(...args)
      },
    })
    const history = openTenantHistory(host, repo.root)
    expect((await history()).committed).toEqual(['acme.yaml', 'hooli.yaml'])
    await history()
    expect(started).toBe(3)
  })
})
