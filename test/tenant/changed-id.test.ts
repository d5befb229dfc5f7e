import { describe, expect, it } from 'vitest'
import { checkProject, NO_HISTORY } from '#tenant'
import { readerOf } from '../support/golden-case.ts'

const [ID, OTHER] = ['t-7kq3m9t4dhm', 't-g4b8r2nc6pw']
const LAKE = 'rendered/prod/acme/lake.json'

const fileOf = (id: string | undefined): string =>
  `smelt: 1\n${id === undefined ? '' : `id: ${id}\n`}pipelines: { orders: }\n`

const lakeOf = (id: string): string => `${JSON.stringify({ tenant: 'acme', id, tags: {} }, null, 2)}\n`

/** What is told of changed ids: at which file, with which fix, and by what it is known. */
function told(files: Readonly<Record<string, string>>, ids: Readonly<Record<string, string>> = {}): string[] {
  const history = { ...NO_HISTORY, ids: new Map(Object.entries(ids)) }
  const { diagnostics } = checkProject(readerOf(new Map(Object.entries(files))), { env: () => undefined }, history)
  return diagnostics
    .filter(({ code }) => code === 'tenant/id-changed')
    .map(({ span, pointer = '', fix, related = [] }) => {
      const by = related.map((each) => `${each.span.file}:${each.span.start.line}:${each.span.start.column}`)
      return [`${span?.file ?? ''}${pointer}`, fix?.title ?? '', ...by].join(' ')
    })
}

describe('the id of a tenant', () => {
  const changed = { 'tenants/acme.yaml': fileOf(OTHER) }

  it('is an error where what was rendered for the tenant has another', () => {
    expect(told({ ...changed, [LAKE]: lakeOf(ID) })).toEqual([`tenants/acme.yaml/id Write \`${ID}\` ${LAKE}:3:3`])
    expect(told({ ...changed, [LAKE]: lakeOf(OTHER) })).toEqual([])
    const twice = { ...changed, [LAKE]: lakeOf(OTHER), 'rendered/stage/acme/lake.json': lakeOf(ID) }
    expect(told(twice, { 'acme.yaml': ID })).toHaveLength(1)
  })

  it('is an error where the file had another at the newest commit, also of a tombstone', () => {
    expect(told(changed, { 'acme.yaml': ID })).toEqual([`tenants/acme.yaml/id Write \`${ID}\``])
    expect(told(changed, { 'acme.yaml': OTHER })).toEqual([])
    const tombstone = fileOf(OTHER).replace('smelt: 1\n', 'smelt: 1\nstate: offboarded\n')
    expect(told({ 'tenants/acme.yaml': tombstone }, { 'acme.yaml': ID })).toHaveLength(1)
  })

  it('is told of each of two that swapped theirs', () => {
    const files = { ...changed, 'tenants/globex.yaml': fileOf(ID) }
    expect(told(files, { 'acme.yaml': ID, 'globex.yaml': OTHER })).toHaveLength(2)
  })

  it('may be new: the first of a tenant, in place of one that was misspelt, or of one that two had', () => {
    expect(told(changed)).toEqual([])
    expect(told({ 'tenants/acme.yaml': fileOf(undefined) }, { 'acme.yaml': ID })).toEqual([])
    expect(told(changed, { 'acme.yaml': ID.replace('kq', 'qk') })).toEqual([])
    expect(told(changed, { 'acme.yaml': ID, 'globex.yaml': ID })).toEqual([])
  })

  it('is not read from what somebody else wrote', () => {
    for (const text of ['', '{', '[]', '{"id": 1}', lakeOf('acme')])
      expect(told({ ...changed, [LAKE]: text })).toEqual([])
  })
})
