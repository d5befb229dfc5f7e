import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { copyLiveTree, terragruntEnvironment } from '../setup/live-tree.mjs'
import { findMirror } from '../setup/parts/terraform.mjs'
import { describeWithParts } from '../support/parts.ts'
import { startProvider, type SharedProvider } from './provider.ts'
import { CATALOG } from './terraform.ts'

const UNITS = ['identity', 'keys', 'lake', 'network']
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
    const env = { ...terragruntEnvironment(own, { mirror: findMirror() ?? '' }), ...provider.env }
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

  it('holds to the schema of the provider, in every unit of every tenant', () => {
    const { status, output } = terragrunt(live, 'run', '--all', '--', 'validate', '-no-color')
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' })
    const units = UNITS.length * Object.keys(TENANTS).length
    expect(output.match(/The configuration is valid\./g)).toHaveLength(units)
  }, 240_000)
})
