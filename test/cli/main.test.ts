import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../runtime/cli/commands/index.ts'
import { VERSION } from '../../runtime/cli/version.ts'
import { PACKAGE_FOLDER, smelt } from './support/buffer-host.ts'
import { project } from './support/project.ts'

const shown = COMMANDS.filter(({ hidden }) => hidden !== true).map(({ usage }) => usage.split(' ', 1)[0] ?? '')

describe('smelt', () => {
  it('lists every command in its help', async () => {
    const { code, out, err } = await smelt(['--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const name of shown) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(out).not.toContain('run-instance')
  })

  it.each(shown)('helps with %s: what it does, its options, examples that name it', async (name) => {
    const { code, out, err } = await smelt([name, '--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`Usage: smelt ${name}`)
    expect(out).toContain('--project <dir>')
    expect(out.slice(out.indexOf('Examples:'))).toContain(`smelt ${name}`)
  })

  it('prints its version, which is that of the package', async () => {
    const packageFile: unknown = JSON.parse(readFileSync(path.join(PACKAGE_FOLDER, 'package.json'), 'utf8'))
    expect(packageFile).toMatchObject({ version: VERSION })
    expect((await smelt(['--version'])).out).toBe(`${VERSION}\n`)
  })

  it.each([
    [['chekc'], 'Did you mean check?'],
    [['check', '--fromat', 'json'], 'Did you mean --format?'],
    [['check', '--format', 'xml'], 'Allowed choices are terminal, json, github'],
    [['produce', '--file', '-'], 'topic'],
    [['produce', 'acme.inventory'], '--file'],
  ])('refuses %j with 2, saying what is wrong', async (args, detail) => {
    const { code, out, err } = await smelt(args, { folder: project() })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('error[cli/bad-usage]')
    expect(err).toContain(detail)
  })

  it('ends with 2 and its help when it is called with nothing', async () => {
    const { code, err } = await smelt([])
    expect(code).toBe(2)
    expect(err).toContain('Usage: smelt')
  })

  it('reports a fault of its own as one', async () => {
    const burn = (): never => {
      throw new Error('the disk is on fire')
    }
    const { code, err } = await smelt(['check'], {
      files: {
        read: burn,
        readText: burn,
        list: () => [],
        exists: () => true,
        folders: () => undefined,
        realPath: () => undefined,
        write: () => undefined,
        create: () => false,
        put: () => undefined,
      },
    })
    expect(code).toBe(70)
    expect(err).toContain('internal/bug')
    expect(err).toContain('the disk is on fire')
  })
})
