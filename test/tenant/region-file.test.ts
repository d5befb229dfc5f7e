import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '#diagnostics'
import { parseTenant, type TenantNode } from '#spec'
import { checkProject, cloudInput, type FileReader } from '#tenant'
import { regionFileOf } from '../../runtime/tenant/region-file.ts'
import { readerOf } from '../support/golden-case.ts'
import { CLOUD_TENANT as ACME } from './project-files.ts'

const LIVE = 'terragrunt/live/prod'
const STUB = `${LIVE}/eu-central-1/tenants/acme/terragrunt.stack.hcl`
const PLACE = { name: 'prod', region: 'eu-central-1' }
/** Wherever Terragrunt looks on its way up, the nearest first. */
const FOLDERS = [
  `${LIVE}/eu-central-1/tenants/acme/`,
  `${LIVE}/eu-central-1/tenants/`,
  `${LIVE}/eu-central-1/`,
  `${LIVE}/`,
  'terragrunt/live/',
  'terragrunt/',
  '',
]

const reader = (files: Readonly<Record<string, string>>): FileReader => readerOf(new Map(Object.entries(files)))

function problems(files: Readonly<Record<string, string>>, changes: Partial<FileReader> = {}): Diagnostic[] {
  const { diagnostics } = checkProject({ ...reader(files), ...changes }, { env: () => undefined })
  return diagnostics.filter(({ span }) => /region\.hcl$|^tenants\/acme\.yaml$/.test(span?.file ?? ''))
}

const codes = (files: Readonly<Record<string, string>>): string[] =>
  problems(files)
    .map(({ code }) => code)
    .filter((code) => code === 'tenant/no-region-file')

function acme(): TenantNode {
  const { node } = parseTenant({ file: 'tenants/acme.yaml', text: ACME, env: () => undefined })
  if (node === undefined) throw new Error('the tenant is sound')
  return node
}

describe('the region.hcl of a tenant', () => {
  const whole = { 'tenants/acme.yaml': ACME, [STUB]: 'a' }

  it('that nobody wrote is told at the region, with one to write it after', () => {
    expect(codes(whole)).toEqual(['tenant/no-region-file'])
    const [told] = problems({ ...whole, 'terragrunt/live/prod/us-east-1/region.hcl': '' }).filter(
      ({ code }) => code === 'tenant/no-region-file',
    )
    expect(told).toMatchObject({
      severity: 'error',
      pointer: '/environments/prod/region',
      span: { start: { line: 6 } },
    })
    expect(told?.help).toContain(`Copy \`${LIVE}/us-east-1/region.hcl\` to \`${LIVE}/eu-central-1/region.hcl\``)
  })

  it.each(FOLDERS)('may stand in "%s"', (folder) => {
    expect(codes({ ...whole, [`${folder}region.hcl`]: '' })).toEqual([])
  })

  it('is no sibling of where the tenant stands', () => {
    const others = [`${LIVE}/us-east-1/`, 'terragrunt/live/stage/', `${LIVE}/eu-central-1/tenants/globex/`]
    const files = others.map((folder) => [`${folder}region.hcl`, ''] as const)
    expect(codes({ ...whole, ...Object.fromEntries(files) })).toEqual(['tenant/no-region-file'])
  })

  it('is the nearest, of which the policies are made', () => {
    for (const [at] of FOLDERS.entries()) {
      const files = FOLDERS.slice(at).map((folder) => [`${folder}region.hcl`, `locals { plan_role = "in-${folder}" }`])
      const read = reader(Object.fromEntries(files) as Record<string, string>)
      expect(regionFileOf(acme(), PLACE, read)).toBe(`${FOLDERS[at]}region.hcl`)
      expect(cloudInput(acme(), 'prod', read).planRole).toMatch(new RegExp(`role/in-${FOLDERS[at]}$`))
    }
  })

  it('is not asked for where nothing is live, nor for a tombstone whose stub is gone', () => {
    expect(codes({ 'tenants/acme.yaml': ACME })).toEqual([])
    const tombstone = ACME.replace('smelt: 1\n', 'smelt: 1\nstate: offboarded\n')
    const gone = { 'tenants/acme.yaml': tombstone, [`${LIVE}/env.hcl`]: '' }
    expect(codes(gone)).toEqual([])
    expect(codes({ ...gone, [STUB]: 'a' })).toEqual(['tenant/no-region-file'])
  })

  it('that cannot be read is told for why', () => {
    const file = `${LIVE}/eu-central-1/region.hcl`
    const fault: Diagnostic = { code: 'cli/unreadable-file', severity: 'error', message: 'm', why: 'w', help: 'h' }
    const told = problems(whole, { fault: (asked) => (asked === file ? fault : undefined) })
    expect(told.map(({ code, span }) => `${code} ${span?.file ?? ''}`)).toContain(`cli/unreadable-file ${file}`)
    expect(told.map(({ code }) => code)).not.toContain('tenant/no-region-file')
  })
})
