import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../runtime/cli/commands/index.ts'
import { smelt } from './support/buffer-host.ts'
import { project } from './support/project.ts'

/** The options of a command that begin with verbs, by what is typed for them. */
function optionsOf(command: string): { verbs: string[]; args: string[] }[] {
  const found = COMMANDS.find(({ usage }) => usage.startsWith(`${command} `))
  return (found?.options ?? []).map(({ long, flags, description }) => ({
    verbs: (/^([a-z, ]+):/.exec(description)?.[1] ?? '').split(', '),
    args: flags.includes('<') ? [long ?? '', 'x'] : [long ?? ''],
  }))
}

const VERBS = {
  tenant: ['new', 'check', 'list', 'plan', 'explain', 'apply', 'verify', 'suspend', 'resume', 'offboard'],
  token: ['create', 'list', 'revoke'],
}

describe.each(Object.entries(VERBS))('options of smelt %s', (command, verbs) => {
  const options = optionsOf(command)

  it('are each of verbs that there are', () => {
    expect(options.length).toBeGreaterThan(0)
    for (const option of options) expect(verbs).toEqual(expect.arrayContaining(option.verbs))
  })

  it('are refused by every other verb, which names those that take them', async () => {
    const folder = project()
    for (const { verbs: own, args } of options)
      for (const verb of verbs.filter((each) => !own.includes(each))) {
        const id = command === 'token' && verb === 'revoke' ? ['5d1f0a9b3c24'] : []
        const { code, out, err } = await smelt([command, verb, 'acme', ...id, ...args], { folder })
        expect({ verb, args, code, out }).toEqual({ verb, args, code: 2, out: '' })
        const takers = own.map((each) => `\`${each}\``).join(', ')
        expect(err).toContain(`\`smelt ${command} ${verb}\` takes no \`${args[0] ?? ''}\`, which is of ${takers}`)
      }
  })
})

it('names all that a verb does not take, and takes what is its own', async () => {
  const folder = project()
  const { err } = await smelt('tenant plan acme --region us-east-1 --detailed-exitcode --partitions 3'.split(' '), {
    folder,
  })
  expect(err).toContain(
    '`smelt tenant plan` takes no `--region`, which is of `new`; no `--partitions`, which is of `apply`',
  )
  const explain = 'tenant explain acme --principal engine --action read --key gold/t/1'.split(' ')
  expect((await smelt([...explain, '--from', 'vpc'], { folder })).err).not.toContain('takes no')
  expect((await smelt(explain, { folder })).err).not.toContain('takes no')
})
