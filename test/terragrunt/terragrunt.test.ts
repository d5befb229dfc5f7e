import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { partitionOf } from '#spec'
import { copyLiveTree, terragruntEnvironment } from '../setup/live-tree.mjs'
import { findMirror } from '../setup/parts/terraform.mjs'
import { describeWithParts } from '../support/parts.ts'
import { startProvider, type SharedProvider } from './provider.ts'
import { CATALOG } from './terraform.ts'

/** Nothing answers there: what has no state is planned without asking the cloud. */
const NO_CLOUD = 'http://127.0.0.1:1'
const UNITS = ['identity', 'keys', 'lake', 'network']
/** The shipped tenants name no tables of routes, so there is nothing of a network to make. */
const PLANNED = { keys: 2, lake: 7 }
/** Each role with its policy: nobody reads two of acme's layers, so it has two readers less. */
const ROLES = { acme: 10, globex: 14 }
const TENANTS = { acme: 'prod/eu-central-1', globex: 'prod/us-east-1' }
describeWithParts(['terraform', 'terragrunt'], 'the live tree, with the real Terragrunt', (parts) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'smelt-live-'))
  const tree = path.join(folder, 'tree')
  const live = path.join(tree, 'terragrunt', 'live')
  let provider: SharedProvider

  beforeAll(async () => {
    await copyLiveTree(tree, { olderProvider: true })
    provider = await startProvider()
  }, 120_000)
  afterAll(async () => {
    await provider.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const terragrunt = (cwd: string, ...args: readonly string[]): { status: number | null; output: string } => {
    const own = path.join(folder, 'own')
    const settings = { mirror: findMirror() ?? '', endpoint: NO_CLOUD }
    const env = { ...terragruntEnvironment(own, settings), ...provider.env }
    const program = path.join(parts['terragrunt'] ?? '', 'terragrunt')
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
    return { status, output: `${stdout}${stderr}` }
  }

  it('is formatted', () => {
    expect(terragrunt(path.join(CATALOG, '..'), 'hcl', 'fmt', '--check')).toMatchObject({ status: 0 })
  })

  it('makes the units of every tenant', () => {
    expect(terragrunt(live, 'stack', 'generate')).toMatchObject({ status: 0 })
    const found = JSON.parse(terragrunt(live, 'find', '--json').output) as { type: string; path: string }[]
    const units = found.filter(({ type }) => type === 'unit').map((unit) => unit.path)
    const wanted = Object.entries(TENANTS).flatMap(([tenant, place]) =>
      UNITS.map((unit) => `${place}/tenants/${tenant}/.terragrunt-stack/tenant/.terragrunt-stack/${unit}`),
    )
    expect(units.sort()).toEqual(wanted.sort())
  })

  it('works the partition of a region out, unless region.hcl says it', async () => {
    const other = path.join(folder, 'other')
    await copyLiveTree(other)
    const region = path.join(other, 'terragrunt/live/prod/us-gov-west-1')
    const place = path.join(region, 'tenants/umbrella')
    const stub = readFileSync(path.join(live, 'prod/eu-central-1/tenants/acme/terragrunt.stack.hcl'), 'utf8')
    const file = readFileSync(path.join(other, 'tenants/acme.yaml'), 'utf8')
    const platform = readFileSync(path.join(live, 'prod/eu-central-1/region.hcl'), 'utf8')
    mkdirSync(place, { recursive: true })
    writeFileSync(path.join(place, 'terragrunt.stack.hcl'), stub)
    writeFileSync(path.join(other, 'tenants/umbrella.yaml'), file.replace('eu-central-1', 'us-gov-west-1'))
    for (const [says, partition] of [
      ['', partitionOf('us-gov-west-1')],
      ['  partition = "aws-iso"\n', 'aws-iso'],
    ] as const) {
      writeFileSync(path.join(region, 'region.hcl'), platform.replace('locals {\n', `locals {\n${says}`))
      expect(terragrunt(place, 'stack', 'generate')).toMatchObject({ status: 0 })
      const unit = '.terragrunt-stack/tenant/.terragrunt-stack/keys/terragrunt.values.hcl'
      const values = readFileSync(path.join(place, unit), 'utf8')
      expect(/ partition += "([^"]*)"/.exec(values)?.[1]).toBe(partition)
      expect(/ apply_role += "([^:]*:[^:]*):/.exec(values)?.[1]).toBe(`arn:${partition}`)
    }
  })

  it('holds to the schema of the provider, in every unit of every tenant', () => {
    const { status, output } = terragrunt(live, 'run', '--all', '--', 'validate', '-no-color')
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' })
    const units = UNITS.length * Object.keys(TENANTS).length
    expect(output.match(/The configuration is valid\./g)).toHaveLength(units)
  }, 240_000)

  it('plans every unit of every tenant, from nothing', () => {
    const { status, output } = terragrunt(live, 'run', '--all', '--', 'plan', '-no-color')
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' })
    expect(Object.keys(TENANTS).map((tenant) => planned(output, tenant))).toEqual([
      { ...PLANNED, identity: ROLES.acme },
      { ...PLANNED, identity: ROLES.globex },
    ])
  }, 240_000)
})

/** What a plan of everything adds for a tenant, by unit. */
function planned(output: string, tenant: string): Readonly<Record<string, number>> {
  const found = output.matchAll(
    /\/tenants\/(\w+)\/\S*\/(\w+)\] terraform: Plan: (\d+) to add, 0 to change, 0 to destroy/g,
  )
  return Object.fromEntries(
    [...found].filter(([, of]) => of === tenant).map(([, , unit = '', count]) => [unit, Number(count)] as const),
  )
}
