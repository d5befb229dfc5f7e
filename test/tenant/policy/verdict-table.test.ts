import { describe, expect, it } from 'vitest'
import { PROOF_INPUTS } from '../../../bin/policy-inputs.mjs'
import { verdictTable } from '../../../runtime/tenant/policy/verdict-table.ts'

describe.each(Object.entries(PROOF_INPUTS))('verdictTable: %s', (_, input) => {
  const rows = verdictTable(input)

  it('says each thing once', () => {
    const said = rows.map(({ caller, from }) => `${caller} from ${from}`)
    expect(said).toEqual([...new Set(said)])
    const service = rows.filter(({ caller }) => caller === 'reader-gold, by a query service')
    expect(service.map(({ from, layers }) => [from, layers['gold'], layers['bronze']])).toEqual([
      ['anywhere', 'r', '-'],
    ])
  })

  it('lets the roles of the tenant do nothing from the internet, and break-glass everything', () => {
    const outside = rows.filter(({ from }) => from === 'the internet')
    const able = outside.filter(({ layers }) => Object.values(layers).some((may) => may !== '-'))
    expect(new Set(able.map(({ caller }) => caller))).toEqual(
      new Set(['break-glass', ...(input.replicationRoles === undefined ? [] : ['replication'])]),
    )
  })
})
