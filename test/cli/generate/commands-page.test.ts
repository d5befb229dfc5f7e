import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../runtime/cli/commands/index.ts'
import { EXIT } from '../../../runtime/cli/exit-code.ts'
import { commandsPage } from '../../../runtime/cli/generate/commands-page.ts'

const [[file, page] = ['', '']] = [...commandsPage.files()]

/** The lines of the page from a heading to the next. */
function sectionOf(heading: string): string {
  return page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? ''
}

describe('the page of the command line', () => {
  it('has its place', () => {
    expect(file).toBe('docs/reference/commands.md')
  })

  it.each(COMMANDS.filter(({ hidden }) => hidden !== true))('tells all about $usage', (command) => {
    const name = command.usage.split(' ', 1)[0] ?? ''
    const section = sectionOf(`smelt ${name}`)
    expect(section).toContain(command.usage.slice(name.length))
    expect(section.toLowerCase()).toContain(command.summary.toLowerCase())
    expect(section).toContain(command.details ?? '')
    for (const [line] of command.examples) expect(section).toContain(`\n${line}\n`)
    for (const { flags, argChoices = [] } of command.options ?? []) {
      expect(section).toContain(`\`${flags}\``.replace(/\|/g, '\\|'))
      for (const choice of argChoices) expect(section).toContain(`\`${choice}\``)
    }
  })

  it('leaves out what is not for people', () => {
    expect(page).not.toContain('smelt run-instance')
  })

  it('tells every exit code and every option of all commands', () => {
    for (const code of Object.values(EXIT)) expect(sectionOf('Exit codes')).toContain(`| ${code} | `)
    for (const flag of ['--env <name>', '--project <dir>', '--json', '--no-color']) {
      expect(sectionOf('Options of every command')).toContain(flag)
    }
  })
})
