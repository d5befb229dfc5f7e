import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findMirror } from '../setup/parts/terraform.mjs'
import { describeWithParts } from '../support/parts.ts'
import { CATALOG, openTerraform } from './terraform.ts'

const hasTofu = spawnSync('tofu', ['version']).status === 0

/** Runs the tests of the module of the policies, which has no provider. */
function expectPoliciesHold(program: string): void {
  const copy = mkdtempSync(path.join(tmpdir(), 'smelt-policies-'))
  cpSync(path.join(CATALOG, 'modules', 'policies'), copy, { recursive: true })
  const terraform = openTerraform(program)
  expect(terraform(copy, 'init', '-no-color').output).not.toContain('hashicorp/aws')
  expect(terraform(copy, 'test', '-no-color').output).toMatch(/Success! 8 passed, 0 failed\./)
}

/** Runs the tests of all modules, with the schema of the provider and nothing behind it. */
function expectModulesHold(program: string): void {
  const copy = mkdtempSync(path.join(tmpdir(), 'smelt-catalog-'))
  cpSync(CATALOG, copy, { recursive: true })
  const terraform = openTerraform(program)
  const tests = path.join(copy, 'tests')
  expect(terraform(tests, 'init', '-no-color').output).toContain('successfully initialized')
  expect(terraform(tests, 'test', '-no-color').output).toMatch(/Success! \d+ passed, 0 failed\./)
}

describe.skipIf(!hasTofu)(`modules, with OpenTofu${hasTofu ? '' : ' (NOT TESTED: there is no `tofu`)'}`, () => {
  it('of the policies needs no provider for its tests', () => {
    expectPoliciesHold('tofu')
  }, 60_000)

  it.skipIf(findMirror() === undefined)(
    'hold to the schema of the provider and to what their tests say',
    () => {
      expectModulesHold('tofu')
    },
    300_000,
  )
})

describeWithParts(['terraform'], 'modules', () => {
  it('are formatted', () => {
    expect(openTerraform()(CATALOG, 'fmt', '-check', '-recursive').output).toBe('')
  })

  it('of the policies needs no provider for its tests', () => {
    expectPoliciesHold('terraform')
  }, 60_000)

  it('hold to the schema of the provider and to what their tests say', () => {
    expectModulesHold('terraform')
  }, 300_000)
})

it('have READMEs that list their inputs and outputs', () => {
  const script = path.join(CATALOG, '..', '..', 'bin', 'module-readmes.mjs')
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

it('take the same tenant', () => {
  const typeOfTenant = (name: string): string => {
    const text = readFileSync(path.join(CATALOG, 'modules', name, 'variables.tf'), 'utf8')
    return /^variable "tenant" \{[\s\S]*?\n {2}\}\)/m.exec(text)?.[0] ?? name
  }
  const names = ['policies', 'keys', 'lake', 'identity', 'network']
  expect(new Set(names.map(typeOfTenant)).size).toBe(1)
})
