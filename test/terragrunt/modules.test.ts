import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { describeWithParts } from '../support/parts.ts'
import { CATALOG, openTerraform } from './terraform.ts'

describeWithParts(['terraform'], 'modules', () => {
  it('are formatted', () => {
    expect(openTerraform()(CATALOG, 'fmt', '-check', '-recursive').output).toBe('')
  })

  it('hold to the schema of the provider and to what their tests say', () => {
    const copy = mkdtempSync(path.join(tmpdir(), 'smelt-catalog-'))
    cpSync(CATALOG, copy, { recursive: true })
    const terraform = openTerraform()
    const tests = path.join(copy, 'tests')
    expect(terraform(tests, 'init', '-no-color').output).toContain('successfully initialized')
    const { output } = terraform(tests, 'test', '-no-color')
    expect(output).toMatch(/Success! \d+ passed, 0 failed\./)
  }, 300_000)
})
