import { createHmac } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SignedErasure } from '#engine'
import { runSmelt } from '../support/child.ts'
import { project, write } from '../support/project.ts'
import { smallLake } from '../support/small-lake.ts'
import { somebody } from '../support/somebody.ts'

const INSTANCE = 'acme/inventory-compliance'

describe('smelt erase', () => {
  it('tells, erases, proves it, and signs a report that shows any change', async () => {
    const folder = await smallLake(300)
    const email = await somebody(folder)
    const smelt = (...more: string[]) => runSmelt(['erase', 'acme', ...more], { folder })
    const of = ['--subject', `user_email=${email}`]

    const found = await smelt(...of, '--verify')
    expect({ code: found.code, out: found.out }).toEqual({
      code: 1,
      out: expect.stringMatching(/^acme: found in [\d,]+ places\n[^]*bronze\/inventory\/.*kafka_value/) as string,
    })
    const would = await smelt(...of, '--dry-run')
    expect(would.out).toMatch(/^acme: would erase one subject by user_email/)
    expect((await smelt(...of, '--verify')).code).toBe(1)

    await runSmelt(['savepoint', INSTANCE, '--name', 'before'], { folder })
    const refused = await smelt(...of)
    expect({ code: refused.code, err: refused.err }).toEqual({
      code: 4,
      err: expect.stringContaining('`savepoint before`') as string,
    })
    const did = await smelt(...of, '--drop-savepoints', '--report', 'report.json')
    expect({ code: did.code, err: did.err }).toEqual({ code: 0, err: '' })
    expect(did.out).toMatch(/^acme: erased one subject by user_email[^]*bronze\.inventory[^]*dropped: savepoint before/)
    expect(did.out).not.toContain(email)
    expect(await smelt(...of, '--verify')).toEqual({
      code: 0,
      out: 'acme: not found in any object or topic\n',
      err: '',
    })
    expect((await runSmelt(['audit', INSTANCE], { folder })).code).toBe(0)

    const text = readFileSync(path.join(folder, 'report.json'), 'utf8')
    expect(text).not.toContain(email)
    const [kept = ''] = readdirSync(path.join(folder, '.smelt/lake/acme/erasures'))
    expect(readFileSync(path.join(folder, '.smelt/lake/acme/erasures', kept), 'utf8')).toBe(text)
    expect(await smelt('--verify-report', 'report.json')).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^report\.json: as `acme` signed it\n.*: [1-9]\d* files written anew/) as string,
    })
    expect((await smelt('--verify-report', 'report.json', ...of)).code).toBe(0)
    // Who has the key needs nothing of ours to prove it: the signature covers the erasure as compact JSON.
    const { erasure, signature } = JSON.parse(text) as SignedErasure
    expect(createHmac('sha256', 'acme key').update(JSON.stringify(erasure)).digest('hex')).toBe(signature)

    write(folder, {
      'changed.json': text.replace(/"rows": \d+/, '"rows": 0'),
      'torn.json': text.slice(0, -20),
    })
    for (const [args, words] of [
      [['changed.json'], 'its text does not give its signature'],
      [['torn.json'], 'it is no report of an erasure'],
      [['report.json', '--subject', 'user_email=nobody@example.com'], 'it is about another subject'],
      [['none.json'], 'there is no such file'],
    ] as const) {
      const { code, err } = await smelt('--verify-report', ...args)
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(words) as string })
    }
    const other = await runSmelt(['erase', 'globex', '--verify-report', 'report.json'], { folder })
    expect({ code: other.code, err: other.err }).toEqual({
      code: 1,
      err: expect.stringContaining('error[cli/report-not-signed]') as string,
    })
  }, 240_000)

  it('refuses what is no subject', async () => {
    const folder = project()
    for (const [args, code, words] of [
      [[], 2, '`--subject` is missing'],
      [['--subject', 'user_email'], 2, '`user_email` is no subject'],
      [['--subject', 'user_emial=ann@example.com'], 1, 'Did you mean `user_email`?'],
      [['--subject', 'encrypted=true'], 1, 'names nobody: it is `boolean`'],
      [['--subject', 'disk=100'], 1, 'error[cli/unfit-subject]'],
      [['--subject', 'reported_at=2026-01-05T10:00:00Z'], 1, 'names nobody: it is `timestamp`'],
      // Before anything is looked for, let alone erased: a folder takes no report.
      [['--subject', 'user_email=ann@example.com', '--report', 'tenants'], 3, '/tenants` could not be written'],
    ] as const) {
      const told = await runSmelt(['erase', 'acme', ...args], { folder })
      expect({ code: told.code, err: told.err }).toEqual({ code, err: expect.stringContaining(words) as string })
    }
  })
})
