import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { smelt } from '../cli/support/buffer-host.ts'
import { project } from '../cli/support/project.ts'
import { filesBelow } from '../support/plans.ts'

// Each folder holds a pipeline with its files, and under `expected/` what `smelt explain` prints of it. A folder without
// a pipeline stands for the shipped one. UPDATE_GOLDEN=1 writes what is printed; read it as behaviour.
const FOLDER = path.join(import.meta.dirname, 'explain')
const SHIPPED = 'inventory-compliance'

const VIEWS: Readonly<Record<string, readonly string[]>> = {
  'tree.txt': [],
  'graph.mmd': ['--mermaid'],
}

/** Further views, per case. */
const OWN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  [SHIPPED]: {
    'lineage-avg.txt': ['--lineage', 'gold.fleet_health.avg_cpu_pct'],
    'lineage-table.txt': ['--lineage', 'gold.fleet_health'],
    'downstream-email.txt': ['--downstream', 'inventory.user_email'],
  },
  'every-noun': {
    'tree.json': ['--json'],
    'lineage-table.txt': ['--lineage', 'gold.per_region'],
    'lineage-join.txt': ['--lineage', 'gold.over_quota'],
    'downstream-quota.txt': ['--downstream', 'quotas.most'],
    'lineage-hostile.txt': ['--lineage', 'silver.accepted.hostile'],
    'downstream-customer.txt': ['--downstream', 'orders.customer'],
    'downstream-reference.txt': ['--downstream', 'countries.code'],
  },
}

describe.each(readdirSync(FOLDER))('explaining %s', (name) => {
  const folder = path.join(FOLDER, name)
  const files = Object.entries(filesBelow(folder)).filter(([file]) => !file.startsWith('expected/'))
  const views = { ...VIEWS, ...OWN[name] }

  it.each(Object.entries(views))('%s', async (file, args) => {
    const root = project(Object.fromEntries(files.map(([each, text]) => [`pipelines/${name}/${each}`, text])))
    const instance = name === SHIPPED ? `acme/${name}` : name
    const { code, out: printed, err } = await smelt(['explain', instance, ...args], { folder: root })
    const out = printed.replace(/^(\S+ {2}plan )[0-9a-f]{12}$/m, '$1<hash>')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const expected = path.join(folder, 'expected', file)
    if (process.env.UPDATE_GOLDEN === '1') {
      mkdirSync(path.dirname(expected), { recursive: true })
      writeFileSync(expected, out)
    }
    expect(out).toBe(existsSync(expected) ? readFileSync(expected, 'utf8') : '')
  })
})
