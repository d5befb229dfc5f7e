import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOTS } from '#spec'
import { smelt } from '../support/buffer-host.ts'
import { temporaryFolder, write } from '../support/project.ts'

describe('smelt schema', () => {
  it.each(ROOTS)('prints the schema of a $name', async ({ name, files }) => {
    const { code, out } = await smelt(['schema', name])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: expect.stringContaining(files) as string,
      additionalProperties: false,
    })
  })

  it('lists them without a name', async () => {
    const { out } = await smelt(['schema'])
    for (const { name, files } of ROOTS)
      expect(out).toMatch(new RegExp(`^${name} +${files.replaceAll('*', '\\*')}$`, 'm'))
    const { out: json } = await smelt(['schema', '--json'])
    expect(JSON.parse(json)).toEqual(ROOTS.map(({ name, files }) => ({ name, files })))
  })

  it('writes all of them, or one, into a folder that need not be there', async () => {
    const folder = temporaryFolder()
    const { out } = await smelt(['schema', '--out', 'a/b'], { folder })
    expect(out).toContain(`wrote ${path.join('a/b', 'tenant.schema.json')}\n`)
    const { out: printed } = await smelt(['schema', 'tenant'])
    expect(readFileSync(path.join(folder, 'a/b/tenant.schema.json'), 'utf8')).toBe(printed)
    const one = await smelt(['schema', 'tenant', '--out', 'c', '--json'], { folder })
    expect(JSON.parse(one.out)).toEqual({ written: [path.join('c', 'tenant.schema.json')] })
    expect(existsSync(path.join(folder, 'c/project.schema.json'))).toBe(false)
  })

  it('says which there are when a name is wrong, and when a file cannot be written', async () => {
    const wrong = await smelt(['schema', 'nothing'])
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('Known schemas: `project`, `tenant`, `pipeline`')
    const folder = temporaryFolder()
    write(folder, { a: 'a file' })
    const refused = await smelt(['schema', '--out', 'a'], { folder })
    expect(refused.code).toBe(3)
    expect(refused.err).toContain('cli/cannot-write')
  })
})
