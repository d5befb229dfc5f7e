import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSmelt } from '../support/child.ts'
import { temporaryFolder, write } from '../support/project.ts'

interface Report {
  tables: { table: string; rows: number; content_hash: string }[]
  accounting: Record<string, { sources: { inventory: { consumed: number } } }>
  rules: { tenant: string; rule: string; violations: number; alerts: number; documents: number }[]
  differences: string[]
}

async function demo(folder: string): Promise<Report> {
  const { code, out, err } = await runSmelt(['demo', '--records', '6000', '--json'], { folder })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as Report
}

describe('smelt demo', () => {
  it('starts clean, and gives the same tables each time, which are those that were generated', async () => {
    const folder = temporaryFolder()
    const first = await demo(folder)
    expect(first.differences).toEqual([])
    expect(first.tables).toHaveLength(14)
    expect(first.accounting['globex/inventory-compliance']?.sources.inventory.consumed).toBe(3_000)
    // Both tenants have the same rules; everything else is their own.
    expect(new Set(first.tables.map((each) => each.content_hash)).size).toBe(13)
    for (const tenant of ['acme', 'globex']) {
      const rules = first.rules.filter((each) => each.tenant === tenant)
      expect(rules.map(({ rule }) => rule)).toContain('finance-baseline')
      for (const { violations, alerts, documents } of rules)
        expect([alerts, documents]).toEqual([violations, violations])
    }
    write(folder, { '.smelt/demo/leftover': 'of an earlier demo' })
    const second = await demo(folder)
    expect(existsSync(path.join(folder, '.smelt/demo/leftover'))).toBe(false)
    const content = ({ tables }: Report) =>
      tables.map(({ table, rows, content_hash }) => ({ table, rows, content_hash }))
    expect(content(second)).toEqual(content(first))
    expect(second.rules).toEqual(first.rules)
    // The demo is a project of its own: nothing else of the folder is touched, and it checks.
    expect(readFileSync(path.join(folder, '.smelt/demo/smelt.yaml'), 'utf8')).toContain('default_environment: demo')
    const check = await runSmelt(['check', '--project', '.smelt/demo'], { folder })
    expect(check.out).toBe('checked 1 pipeline and 2 instances: no errors\n')
  }, 240_000)

  it('refuses a number of records that is none', async () => {
    const { code, err } = await runSmelt(['demo', '--records', 'many'], { folder: temporaryFolder() })
    expect(code).toBe(2)
    expect(err).toContain('--records')
  })
})
