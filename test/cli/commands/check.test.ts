import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { files } from '../../../runtime/cli/process-host.ts'
import { smelt } from '../support/buffer-host.ts'
import { project, temporaryFolder, write } from '../support/project.ts'

const PIPELINE = 'pipelines/inventory-compliance/pipeline.yaml'

function edit(folder: string, file: string, from: string, to: string): void {
  const text = readFileSync(path.join(folder, file), 'utf8')
  expect(text).toContain(from)
  writeFileSync(path.join(folder, file), text.replace(from, to))
}

describe('smelt check', () => {
  it('finds nothing wrong in the shipped project', async () => {
    const { code, out, err } = await smelt(['check'], { folder: project() })
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'checked 1 pipeline and 2 instances: no errors\n',
      err: '',
    })
  })

  it('hurries before it checks', async () => {
    const seen: string[] = []
    const watched = { ...files, list: (folder: string) => (seen.push('list'), files.list(folder)) }
    await smelt(['check'], { folder: project(), files: watched, hurry: () => seen.push('hurry') })
    expect(seen.indexOf('hurry')).toBe(0)
    expect(seen.lastIndexOf('hurry')).toBe(0)
  })

  it('tells each problem once, with its place, and ends with 1', async () => {
    const folder = project()
    edit(folder, PIPELINE, 'from: inventory', 'from: inventry')
    const { code, out } = await smelt(['check'], { folder })
    expect(code).toBe(1)
    expect(out.match(/^error\[/gm)).toHaveLength(1)
    expect(out).toContain(`${PIPELINE}:34:11`)
    expect(out).toContain('Did you mean `inventory`?')
  })

  it('prints JSON and workflow commands on request', async () => {
    const folder = project()
    edit(folder, PIPELINE, 'os_version: os_version', 'os_version: os_versoin')
    const json = await smelt(['check', '--json'], { folder })
    expect(JSON.parse(json.out)).toMatchObject({ version: 1, counts: { error: 1 } })
    const github = await smelt(['check', '--format', 'github'], { folder })
    expect(github.out).toMatch(/^::error file=pipelines\/inventory-compliance\/pipeline.yaml,line=\d+/)
    expect(github.code).toBe(1)
    const sarif = await smelt(['check', '--format', 'sarif'], { folder })
    expect(JSON.parse(sarif.out)).toMatchObject({ version: '2.1.0', runs: [{ results: [{ level: 'error' }] }] })
    expect(sarif.code).toBe(1)
  })

  it('checks pipelines that no tenant runs', async () => {
    const folder = project()
    const text = readFileSync(path.join(folder, PIPELINE), 'utf8')
    write(folder, {
      'pipelines/idle/pipeline.yaml': text
        .replace('name: inventory-compliance', 'name: idle')
        .replace('avg(cpu_pct)', 'avg(cpu_pc)')
        .replaceAll('contracts/', '../inventory-compliance/contracts/'),
    })
    const { code, out } = await smelt(['check'], { folder })
    expect(code).toBe(1)
    expect(out).toContain('pipelines/idle/pipeline.yaml')
  })

  it('keeps to the paths it is given', async () => {
    const folder = project()
    edit(folder, 'tenants/acme.yaml', 'name: Acme', 'nane: Acme')
    expect((await smelt(['check', 'tenants'], { folder })).code).toBe(1)
    expect(
      (await smelt(['check', 'tenants/acme.yaml'], { folder: path.join(folder, 'pipelines'), env: () => undefined }))
        .code,
    ).toBe(1)
    expect((await smelt(['check', 'pipelines'], { folder })).code).toBe(0)
    const nowhere = await smelt(['check', 'pipelnes'], { folder })
    expect(nowhere.code).toBe(1)
    expect(nowhere.err).toContain('cli/unknown-path')
  })

  it('warns of a secret that is not set, naming it and where it was looked for, and shows no value', async () => {
    const folder = project({ '.smelt/secrets/ACME_PII_KEY': '' })
    const { code, out } = await smelt(['check'], { folder })
    expect(code).toBe(0)
    expect(out).toContain('warning[cli/secret-not-set]: The secret `ACME_PII_KEY`')
    expect(out).toContain('.smelt/secrets/ACME_PII_KEY')
    expect(out).not.toContain('globex key')
  })

  it('says when there is no project, and takes one by name', async () => {
    const nowhere = await smelt(['check'], { folder: temporaryFolder() })
    expect(nowhere.code).toBe(1)
    expect(nowhere.err).toContain('cli/no-project')
    const folder = project()
    expect((await smelt(['check', '--project', folder], { folder: '/' })).code).toBe(0)
    expect((await smelt(['check'], { folder: path.join(folder, 'pipelines', 'inventory-compliance') })).code).toBe(0)
  })

  it('shows the nearest environment for a misspelt one', async () => {
    const { code, out } = await smelt(['check', '--env', 'kafak'], { folder: project() })
    expect(code).toBe(1)
    expect(out).toContain('Did you mean `kafka`?')
  })
})
