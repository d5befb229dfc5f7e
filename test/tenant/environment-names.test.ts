import { describe, expect, it } from 'vitest'
import { checkProject } from '#tenant'
import { readerOf } from '../support/golden-case.ts'

const LOCAL = '{ broker: { topic_log: topics }, lake: { folder: lake } }'
const UNSET = '{ broker: { kafka: { bootstrap: "${env.NOT_SET}" } }, lake: { folder: lake } }'

function told(environment: string, state = 'active', more = `  prod: ${UNSET}\n`) {
  const files = {
    'smelt.yaml': `smelt: 1\ndefault_environment: local\nenvironments:\n  local: ${LOCAL}\n${more}`,
    'tenants/acme.yaml': `smelt: 1
id: t-7kq3m9t4dhm
state: ${state}
residency: [eu]
classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
environments:
  ${environment}: { region: eu-central-1, account_id: "111122223333", vpc_ids: [vpc-1a2b3c4d] }
pipelines: { orders: }
`,
  }
  const { diagnostics } = checkProject(readerOf(new Map(Object.entries(files))), { env: () => undefined })
  return diagnostics.filter(({ code }) => code === 'tenant/unknown-environment')
}

describe('environments of tenants', () => {
  it('are right when smelt.yaml has them, those too of which a variable is not set here', () => {
    expect(told('local')).toEqual([])
    expect(told('prod')).toEqual([])
  })

  it('are told at their place when it has not, with the nearest and where that stands', () => {
    expect(told('prd')).toMatchObject([
      {
        severity: 'warning',
        message: 'The tenant `acme` stands in `prd`, which smelt.yaml does not have',
        help: 'Did you mean `prod`?',
        span: { file: 'tenants/acme.yaml', start: { line: 7 } },
        related: [{ span: { file: 'smelt.yaml', start: { line: 5 } } }],
        fix: { confidence: 'maybe' },
      },
    ])
    expect(told('stage')[0]?.help).toContain('Add `stage` to smelt.yaml, which has `local`, `prod`.')
  })

  it('are told where the project has one of its own only when they are nearly that', () => {
    expect(told('prod', 'active', '')).toEqual([])
    expect(told('lokal', 'active', '')).toHaveLength(1)
  })

  it('do not matter once a tenant is gone for good', () => {
    expect(told('prd', 'offboarded')).toEqual([])
  })
})
