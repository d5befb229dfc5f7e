import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSmeltError, smeltError } from '#diagnostics'
import type { HostFiles } from '../../runtime/cli/host.ts'
import { files } from '../../runtime/cli/process-host.ts'
import { BASE } from '../support/golden-case.ts'
import { smelt } from './support/buffer-host.ts'
import { temporaryFolder, write } from './support/project.ts'

const PIPELINE = 'pipelines/orders/pipeline.yaml'
const CONTRACT = 'contracts/orders.schema.json'

interface Told {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly span: { readonly file: string; readonly start: { readonly line: number } } | null
}

/** A sound project on disk, whose pipeline reads `contract`. */
function projectWith(contract = CONTRACT): string {
  const folder = temporaryFolder()
  cpSync(BASE, folder, { recursive: true })
  const text = readFileSync(path.join(folder, PIPELINE), 'utf8')
  write(folder, { [PIPELINE]: text.replace(CONTRACT, contract) })
  return folder
}

/** The errors that `check` tells: code, place, and what comes after the name of the file. */
async function errorsOf(folder: string, host: HostFiles = files): Promise<string[]> {
  const { code, out, err } = await smelt(['check', '--json'], { folder, files: host })
  expect([code, err]).toEqual([1, ''])
  return (JSON.parse(out) as { diagnostics: Told[] }).diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code: name, span, message }) => {
      return `${name} ${span?.file ?? '-'}:${span?.start.line ?? 0} ${message.replace(/^`[^`]*` /, '')}`
    })
}

/** The host of a user that has no right to `forbidden`. */
function without(forbidden: string): HostFiles {
  const refuse = (file: string): void => {
    if (!file.endsWith(forbidden)) return
    const cause = Object.assign(new Error('permission denied'), { code: 'EACCES' })
    throw smeltError('cli/unreadable-file', { file, detail: 'this user has no right to read it' }, { cause })
  }
  return {
    ...files,
    readText: (file) => {
      refuse(file)
      return files.readText(file)
    },
    list: (folder) => {
      refuse(folder)
      return files.list(folder)
    },
  }
}

describe('what a pipeline names and cannot be read is an error there', () => {
  it.each([
    ['a folder', 'contracts', 'cannot be read: it is a folder'],
    ['a name that is too long', 'a'.repeat(300), 'cannot be read: the name is too long'],
    ['a name that can be none', '"a\\0b.json"', 'cannot be read: the name holds a character that no file can have'],
  ])('%s', async (_, contract, says) => {
    expect(await errorsOf(projectWith(contract))).toEqual([`cli/unreadable-file ${PIPELINE}:8 ${says}`])
  })

  it('a link that leads in a circle', async () => {
    const folder = projectWith('contracts/loop.json')
    symlinkSync('loop.json', path.join(folder, 'pipelines/orders/contracts/loop.json'))
    const says = 'cannot be read: it is a link that leads in a circle'
    expect(await errorsOf(folder)).toEqual([`cli/unreadable-file ${PIPELINE}:8 ${says}`])
  })

  it('what the user has no right to', async () => {
    const says = 'cannot be read: this user has no right to read it'
    expect(await errorsOf(projectWith(), without(CONTRACT))).toEqual([`cli/unreadable-file ${PIPELINE}:8 ${says}`])
  })
})

describe('what stands in the place of a file is an error there, beside those of everything else', () => {
  it.each(['tenants/beta.yaml', 'pipelines/orders/tests/z.yaml', 'pipelines/x/pipeline.yaml'])(
    'a folder %s',
    async (place) => {
      const folder = projectWith('contracts/none.json')
      mkdirSync(path.join(folder, place), { recursive: true })
      const errors = await errorsOf(folder)
      expect(errors).toContain(`cli/unreadable-file ${place}:1 cannot be read: it is a folder`)
      expect(errors.filter((each) => each.startsWith('plan/missing-file'))).toHaveLength(1)
      expect(errors).toHaveLength(2)
    },
  )

  it('a folder smelt.yaml', async () => {
    const folder = temporaryFolder()
    mkdirSync(path.join(folder, 'smelt.yaml'))
    expect(await errorsOf(folder)).toEqual(['cli/unreadable-file smelt.yaml:1 cannot be read: it is a folder'])
  })

  it('a pipeline that is a link to itself', async () => {
    const folder = projectWith()
    symlinkSync('loop', path.join(folder, 'pipelines/loop'))
    const says = 'cannot be read: it is a link that leads in a circle'
    expect(await errorsOf(folder)).toEqual([`cli/unreadable-file pipelines/loop/pipeline.yaml:1 ${says}`])
  })

  // The tenant lists the pipeline: that it is unknown would be a second error, and not true.
  it.each([PIPELINE, 'tenants/acme.yaml', 'smelt.yaml', 'tenants', 'pipelines/orders/tests'])(
    'what the user has no right to: %s',
    async (place) => {
      const says = 'cannot be read: this user has no right to read it'
      expect(await errorsOf(projectWith(), without(place))).toEqual([`cli/unreadable-file ${place}:1 ${says}`])
    },
  )
})

describe('other commands refuse what they cannot read', () => {
  it('a test, which has then not come true', async () => {
    const folder = projectWith()
    mkdirSync(path.join(folder, 'pipelines/orders/tests/z.yaml'), { recursive: true })
    const { code, err } = await smelt(['test'], { folder })
    expect([code, err]).toEqual([1, expect.stringContaining('tests/z.yaml` cannot be read: it is a folder')])
  })

  it('a pipeline, which is not unknown', async () => {
    const { code, err } = await smelt(['explain', 'orders'], { folder: projectWith(), files: without(PIPELINE) })
    expect([code, err]).toEqual([1, expect.stringContaining('error[cli/unreadable-file]')])
  })
})

it.skipIf(process.getuid?.() === 0)('the host tells what the system keeps from the user', () => {
  const file = path.join(temporaryFolder(), 'secret')
  writeFileSync(file, 'x')
  chmodSync(file, 0)
  expect(codeOf(() => files.readText(file))).toBe('cli/unreadable-file')
  expect(codeOf(() => files.read(file))).toBe('cli/unreadable-file')
})

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return isSmeltError(error) ? error.code : String(error)
  }
}
