import { describe, expect, it } from 'vitest'
import { smelt } from '../support/buffer-host.ts'
import { project } from '../support/project.ts'

const NAME = 'inventory-compliance'
const PIPELINE = `pipelines/${NAME}/pipeline.yaml`

async function explain(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  return smelt(['explain', ...args], { folder: project(files) })
}

describe('smelt explain', () => {
  it('explains an instance with the params of its tenant, and a pipeline with their defaults', async () => {
    const globex = await explain([`globex/${NAME}`])
    expect(globex).toMatchObject({ code: 0, err: '' })
    expect(globex.out).toMatch(/^globex\/inventory-compliance {2}plan [0-9a-f]{12}\n/)
    expect(globex.out).toContain('topic globex.inventory')
    expect(globex.out).toContain('disk.total_gb < 15.0')
    const any = await explain([NAME])
    expect(any.out).toMatch(/^<tenant>\/inventory-compliance {2}for any tenant, params at their defaults\n/)
    expect(any.out).toContain('disk.total_gb < 10.0')
  })

  it('prints every view for programs too', async () => {
    const json = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await explain([NAME, '--json', ...args])).out)
    const sources = [{ id: 'source.inventory' }, { id: 'source.policy_rules' }]
    expect(await json()).toMatchObject({ version: 1, tenant: '<tenant>', sources })
    expect(await json('--mermaid')).toEqual({ mermaid: expect.stringMatching(/^flowchart LR\n/) as string })
    expect(await json('--sql', 'silver.devices/dedupe')).toContainEqual(
      expect.objectContaining({ name: 'contest', operators: ['silver.devices/dedupe'], when: 'batch' }),
    )
    expect(await json('--lineage', 'gold.fleet_health.avg_cpu_pct')).toMatchObject({
      direction: 'back',
      roots: [{ node: { id: 'gold.fleet_health.avg_cpu_pct' }, steps: [{ steps: [{ node: { kind: 'field' } }] }] }],
    })
  })

  it('shows SQL as a script: all of it, of a table, of an operator', async () => {
    const count = (out: string): number => out.match(/^-- /gm)?.length ?? 0
    const [all, table, operator] = await Promise.all([
      explain([NAME, '--sql']),
      explain([NAME, '--sql', 'silver.devices']),
      explain([NAME, '--sql', 'silver.devices/check.disk_plausible']),
    ])
    expect(count(all.out)).toBeGreaterThan(count(table.out))
    expect(count(table.out)).toBeGreaterThan(count(operator.out))
    expect(operator.out).toContain("'record/check-failed'")
    expect(operator.out).not.toContain('"dedupe_state_devices"')
    const alert = await explain([NAME, '--sql', 'gold.violations/alert'])
    expect(alert.out).toMatch(/^-- gold\.violations: alerts, per batch, for alert\nselect/)
  })

  it.each([
    [['inventory-complaince'], 'tenant/unknown-pipeline', NAME],
    [[`acme/inventory-complianc`], 'tenant/unknown-instance', `acme/${NAME}`],
    [[`acmee/${NAME}`], 'cli/unknown-tenant', 'acme'],
    [[NAME, '--lineage', 'gold.fleet_health.avg_cpu_pc'], 'cli/unknown-column', 'gold.fleet_health.avg_cpu_pct'],
    [[NAME, '--downstream', 'inventory.user_mail'], 'cli/unknown-column', 'inventory.user_email'],
    [[NAME, '--sql', 'silver.devices/dedup'], 'cli/unknown-operator', 'silver.devices/dedupe'],
  ])('%j: names the nearest, and ends with 1', async (args, code, nearest) => {
    const { code: exit, out, err } = await explain(args)
    expect({ exit, out }).toEqual({ exit: 1, out: '' })
    expect(err).toContain(`error[${code}]`)
    expect(err).toContain(`Did you mean \`${nearest}\`?`)
  })

  it('lists what there is when nothing is near', async () => {
    expect((await explain([NAME, '--lineage', 'x'])).err).toContain('`gold.fleet_health`')
    expect((await explain([NAME, '--sql', 'x'])).err).toContain('`gold.fleet_health/window`')
  })

  it('shows one view at a time', async () => {
    const { code, err } = await explain([NAME, '--mermaid', '--sql'])
    expect(code).toBe(2)
    expect(err).toContain('Give one of `--sql` and `--mermaid`, not both')
    expect((await explain([])).code).toBe(2)
  })

  it('asks for a tenant where a param has no default, and says which', async () => {
    const yaml = `smelt: 1
name: bare
params: { least: { type: integer } }
sources: { s: { topic: s, contract: c.json, event_time: at } }
silver: { t: { from: s, where: '\${params.least} > 1' } }
`
    const contract = '{ "type": "object", "properties": { "at": { "type": "string", "format": "date-time" } } }'
    const files = { 'pipelines/bare/pipeline.yaml': yaml, 'pipelines/bare/c.json': contract }
    const alone = await explain(['bare'], files)
    expect(alone.code).toBe(1)
    expect(alone.err).toContain(
      'error[cli/needs-tenant]: The pipeline `bare` has no plan of its own: `least` has no default',
    )
    expect(alone.err).toContain('Name an instance, `tenant/bare`')
    const tenant = 'smelt: 1\npii_key: ${secrets.ACME_PII_KEY}\npipelines: { bare: { params: { least: 7 } } }\n'
    const given = await explain(['bare'], { ...files, 'tenants/acme.yaml': tenant })
    expect(given.err).toContain('Name an instance such as `acme/bare`.')
    expect((await explain(['acme/bare'], { ...files, 'tenants/acme.yaml': tenant })).out).toContain('where: 7 > 1')
  })

  it('tells what is wrong with a pipeline in place of explaining it', async () => {
    const yaml =
      'smelt: 1\nname: inventory-compliance\nsources: { inventory: { topic: x, contract: none.json, event_time: at } }\nsilver: { t: { from: inventry } }\n'
    for (const name of [NAME, `acme/${NAME}`]) {
      const { code, out, err } = await explain([name], { [PIPELINE]: yaml })
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toContain('plan/missing-file')
    }
  })
})
