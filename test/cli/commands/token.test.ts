import path from 'node:path'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { smelt } from '../support/buffer-host.ts'
import { project, write } from '../support/project.ts'

const TOKENS = '.smelt/lake/acme/state/.ingest/tokens'

describe('smelt token', () => {
  it('makes a token, shows it once, keeps its hash, lists it and takes it away', async () => {
    const folder = project()
    const made = await smelt(['token', 'create', 'acme', '--topic', 'inventory,policy-rules', '--expires', '2d'], {
      folder,
      clock: () => 0,
    })
    expect(made.code).toBe(0)
    expect(made.out).toMatch(/^smelt_acme_[0-9a-f]{12}_[0-9a-f]{64}\n$/)
    expect(made.err).toMatch(/^token [0-9a-f]{12} for inventory, policy-rules, good until 1970-01-03T00:00:00\.000Z; /)
    const [name = ''] = readdirSync(path.join(folder, TOKENS))
    expect(readFileSync(path.join(folder, TOKENS, name), 'utf8')).not.toContain(made.out.trim().slice(-64))
    const id = name.replace('.json', '')

    const listed = await smelt(['token', 'list', 'acme'], { folder })
    expect(listed.out).toContain(`${id}  inventory, policy-rules`)
    expect(listed.out).toContain('(expired)')
    const json = JSON.parse((await smelt(['token', 'list', 'acme', '--json'], { folder })).out) as object[]
    expect(json).toMatchObject([{ id, tenant: 'acme', topics: ['inventory', 'policy-rules'], created_by: 'tester' }])
    expect(JSON.stringify(json)).not.toContain('hash')

    const wrong = await smelt(['token', 'revoke', 'acme', `${id.slice(0, -1)}x`], { folder })
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('ingest/unknown-token')
    expect(wrong.err).toContain(`Did you mean \`${id}\`?`)
    expect((await smelt(['token', 'revoke', 'acme', id], { folder })).out).toBe(`acme: token ${id} is revoked\n`)
    expect((await smelt(['token', 'list', 'acme'], { folder })).out).toBe('acme: no tokens\n')
  })

  it('is made for a suspended tenant too; for an offboarded one none is made, and those of before are listed and revoked', async () => {
    const folder = project()
    const file = path.join(folder, 'tenants/acme.yaml')
    const active = readFileSync(file, 'utf8')
    const create = () => smelt(['token', 'create', 'acme', '--all-topics'], { folder })
    const become = (state: string) =>
      write(folder, { 'tenants/acme.yaml': active.replace(/^smelt: 1\n/m, `smelt: 1\nstate: ${state}\n`) })
    become('suspended')
    expect((await create()).code).toBe(0)
    become('offboarded')
    const refused = await create()
    expect(refused).toMatchObject({ code: 4, out: '' })
    expect(refused.err).toContain('error[tenant/not-active]: The tenant `acme` is offboarded')
    const [{ id = '' } = {}] = JSON.parse((await smelt(['token', 'list', 'acme', '--json'], { folder })).out) as {
      id?: string
    }[]
    expect((await smelt(['token', 'revoke', 'acme', id], { folder })).out).toBe(`acme: token ${id} is revoked\n`)
    expect((await smelt(['token', 'list', 'acme'], { folder })).out).toBe('acme: no tokens\n')
  })

  it.each([
    [['token', 'craete', 'acme'], 2, 'did you mean `create`?'],
    [['token', 'create', 'acme'], 2, 'Give either `--topic` or `--all-topics`'],
    [['token', 'create', 'acme', '--all-topics', '--expires', 'soon'], 2, '`--expires` must be a duration'],
    [['token', 'create', 'acme', '--topic', 'inventry'], 1, 'Did you mean `inventory`?'],
    [['token', 'create', 'acm', '--all-topics'], 1, 'Did you mean `acme`?'],
    [['token', 'revoke', 'acme'], 2, '`revoke` needs the id of a token'],
    [['token', 'list', 'acme', 'x'], 2, '`list` takes no id'],
  ])('%j is refused and says why', async (args, code, text) => {
    const refused = await smelt(args, { folder: project() })
    expect(refused.code).toBe(code)
    expect(refused.err).toContain(text)
  })
})
