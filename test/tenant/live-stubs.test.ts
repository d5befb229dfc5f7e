import { describe, expect, it } from 'vitest'
import { checkProject } from '#tenant'
import { readerOf } from '../support/golden-case.ts'
import { CLOUD_TENANT as CLOUD } from './project-files.ts'

const STUB = 'terragrunt/live/prod/eu-central-1/tenants/acme/terragrunt.stack.hcl'
const TEMPLATE = 'terragrunt/catalog/live-stub.terragrunt.stack.hcl'

function problems(files: Readonly<Record<string, string>>): string[] {
  const { diagnostics } = checkProject(readerOf(new Map(Object.entries(files))), { env: () => undefined })
  const told = diagnostics.filter(({ code }) => /stub|vanished/.test(code))
  return told.map(({ code, span }) => `${code} ${span?.file ?? ''}`)
}

describe('stubs of tenants', () => {
  const whole = { 'tenants/acme.yaml': CLOUD, [STUB]: 'a', [TEMPLATE]: 'a' }
  const tombstone = CLOUD.replace('smelt: 1\n', 'smelt: 1\nstate: offboarded\n')
  const elsewhere = STUB.replace('eu-central-1', 'eu-west-1')
  const moved = (text: string): string => text.replace('eu-central-1', 'eu-west-1')
  const nowhere = (text: string): string => text.replace(/residency(.|\n)*(?=pipelines)/, '')

  it('are right when there is one for each environment, the same as the template', () => {
    expect(problems(whole)).toEqual([])
  })

  it('are not asked for where nothing is live', () => {
    expect(problems({ 'tenants/acme.yaml': CLOUD })).toEqual([])
  })

  it('must be there, and unchanged', () => {
    expect(problems({ 'tenants/acme.yaml': CLOUD, 'terragrunt/live/prod/env.hcl': '' })).toEqual([
      'tenant/no-stub tenants/acme.yaml',
    ])
    expect(problems({ ...whole, [STUB]: 'b' })).toEqual([`tenant/stub-differs ${STUB}`])
  })

  it('of an offboarded tenant are neither asked for nor compared', () => {
    expect(problems({ ...whole, [STUB]: 'b', 'tenants/acme.yaml': tombstone })).toEqual([])
  })

  it.each([
    ['where its region was', moved],
    ['where its environment was called', (text: string) => text.replace('prod:', 'stage:')],
    ['when it stands nowhere any more', nowhere],
  ])('are stray %s, also of an offboarded tenant', (_, change) => {
    for (const text of [CLOUD, tombstone])
      expect(problems({ ...whole, 'tenants/acme.yaml': change(text) })).toContain(`tenant/stray-stub ${STUB}`)
  })

  it('are stray where they were copied to, and no folder that Terragrunt left is', () => {
    expect(problems({ ...whole, [elsewhere]: 'a' })).toEqual([`tenant/stray-stub ${elsewhere}`])
    const left = elsewhere.replace('terragrunt.stack.hcl', '.terragrunt-stack/tenant/terragrunt.values.hcl')
    expect(problems({ ...whole, [left]: 'a' })).toEqual([])
  })

  it('are not called missing where the tenant moved to: what is stray is told first', () => {
    const files = { ...whole, 'tenants/acme.yaml': moved(CLOUD) }
    expect(problems(files)).toEqual([`tenant/stray-stub ${STUB}`])
    const { [STUB]: _, ...without } = files
    expect(problems({ ...without, 'terragrunt/live/prod/env.hcl': '' })).toEqual(['tenant/no-stub tenants/acme.yaml'])
  })

  it('are no sign of a tenant whose file is broken', () => {
    expect(problems({ ...whole, 'tenants/acme.yaml': 'smelt: 1\nnonsense: 1\n' })).toEqual([])
  })
})
