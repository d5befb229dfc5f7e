import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { lakeHashes } from '../../support/lake-hashes.ts'
import { reworded, type Edit } from '../../support/reworded.ts'
import { runSmelt, startSmelt } from '../support/child.ts'
import { runsNow } from '../support/runs-now.ts'
import { smallLake } from '../support/small-lake.ts'

const INSTANCE = 'acme/inventory-compliance'
const PIPELINE = 'pipelines/inventory-compliance/pipeline.yaml'
const CONTRACT = 'pipelines/inventory-compliance/contracts/inventory.schema.json'
const TO_FIRST = ['rollback', INSTANCE, '--to', '1']

const textOf = (folder: string, file: string): string => readFileSync(path.join(folder, file), 'utf8')

function edit(folder: string, file: string, ...edited: Edit): void {
  writeFileSync(path.join(folder, file), reworded(textOf(folder, file), [edited]))
}

const hashes = (folder: string): Promise<Record<string, string>> =>
  lakeHashes({ kind: 'folder', path: path.join(folder, '.smelt/lake/acme') })

/** Changes the pipeline and its contract: a column that version 1 does not have. */
function changeBoth(folder: string): void {
  edit(
    folder,
    PIPELINE,
    '      os_version: os_version\n',
    '      os_version: os_version\n      tags_seen: array_len(tags)\n',
  )
  edit(folder, CONTRACT, '"type": "object",', '"type": "object",\n  "$comment": "with tags",')
}

/** Applies what was changed. */
async function changed(folder: string): Promise<void> {
  changeBoth(folder)
  expect(await runSmelt(['apply', INSTANCE], { folder })).toMatchObject({ code: 0, err: '' })
}

async function smelted(folder: string, args: readonly string[]): Promise<unknown> {
  const { code, out, err } = await runSmelt([...args, '--json'], { folder })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

/** The hash that a refusal says to approve. */
const hashIn = (text: string): string => /--approve ([0-9a-f]{12})/.exec(text)?.[1] ?? ''

async function closes(folder: string): Promise<void> {
  expect(await runSmelt(['audit', INSTANCE, '--deep'], { folder })).toMatchObject({ code: 0, err: '' })
}

describe('smelt rollback', () => {
  it('restores files and tables of a version by verdict, and changes nothing before it is approved', async () => {
    const folder = await smallLake(300)
    const first = {
      pipeline: textOf(folder, PIPELINE),
      contract: textOf(folder, CONTRACT),
      tables: await hashes(folder),
    }
    await changed(folder)
    const second = textOf(folder, PIPELINE)

    const refused = await runSmelt(TO_FIRST, { folder })
    expect(refused.code).toBe(4)
    expect(refused.err).toContain('error[checkpoint/needs-approval]')
    expect(refused.err).toContain('loses the column `tags_seen`')
    expect(refused.err).toContain(`smelt rollback ${INSTANCE} --to 1 --approve ${hashIn(refused.err)}`)
    const approved = [...TO_FIRST, '--approve', hashIn(refused.err)]
    const dry = await runSmelt([...approved, '--dry-run'], { folder })
    expect(dry).toMatchObject({ code: 0, err: '' })
    expect(dry.out).toBe(
      [
        `${INSTANCE}: back to version 1`,
        `  ${PIPELINE} is to be restored`,
        '  pipelines/inventory-compliance/reference/os-catalog.csv is as it was',
        `  ${CONTRACT} is to be restored`,
        '  pipelines/inventory-compliance/contracts/policy-rule.schema.json is as it was',
        '  the same files are run by globex/inventory-compliance from their next start on',
        `${INSTANCE}: to be applied`,
        '  `silver.devices` evolved',
        '  `gold.device_status` evolved',
        '',
      ].join('\n'),
    )
    expect(textOf(folder, PIPELINE)).toBe(second)

    expect(await smelted(folder, approved)).toMatchObject({
      to: 1,
      outcome: 'applied',
      shared_with: ['globex/inventory-compliance'],
    })
    expect({
      pipeline: textOf(folder, PIPELINE),
      contract: textOf(folder, CONTRACT),
      tables: await hashes(folder),
    }).toEqual(first)
    await closes(folder)
    const { versions } = (await smelted(folder, ['history', INSTANCE])) as { versions: { reason: string }[] }
    expect(versions.map(({ reason }) => reason)).toEqual(['first run', 'change applied', 'the plan of version 1 again'])
    // The version it came from is one to go back to as well.
    expect(await smelted(folder, ['rollback', INSTANCE, '--to', '2'])).toMatchObject({ outcome: 'applied' })
    expect(textOf(folder, PIPELINE)).toBe(second)
  }, 240_000)

  it('has an instance that runs go on by the version, once that may', async () => {
    const folder = await smallLake(50)
    const first = { pipeline: textOf(folder, PIPELINE), tables: await hashes(folder) }
    await changed(folder)
    const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder })
    const pid = await runsNow(folder)
    const { code, err } = await runSmelt(TO_FIRST, { folder })
    expect(code).toBe(4)
    expect(await runsNow(folder)).toBe(pid)

    const approved = [...TO_FIRST, '--approve', hashIn(err)]
    expect(await smelted(folder, approved)).toMatchObject({ to: 1, outcome: 'applied', runs_on_as: 3 })
    expect(textOf(folder, PIPELINE)).toBe(first.pipeline)
    expect(await runsNow(folder)).not.toBe(pid)
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
    expect(await hashes(folder)).toEqual(first.tables)
  }, 240_000)

  it('overwrites nothing that only the project has, unless it is told to', async () => {
    const folder = await smallLake(50)
    const first = textOf(folder, PIPELINE)
    // What is broken now can be gone back from, once its author lets it go.
    writeFileSync(path.join(folder, PIPELINE), `${first}\ngold: [\n`)
    const refused = await runSmelt(TO_FIRST, { folder })
    expect(refused.code).toBe(4)
    expect(refused.err).toContain('error[cli/files-edited]')
    expect(refused.err).toContain(`what was edited since it last ran: \`${PIPELINE}\`\n`)
    expect(textOf(folder, PIPELINE)).not.toBe(first)
    expect(await smelted(folder, [...TO_FIRST, '--overwrite'])).toMatchObject({ outcome: 'unchanged' })
    expect(textOf(folder, PIPELINE)).toBe(first)
  }, 120_000)

  it('tells the versions that there are', async () => {
    const folder = await smallLake(50)
    const unknown = await runSmelt(['rollback', INSTANCE, '--to', '7'], { folder })
    expect({ code: unknown.code, err: unknown.err }).toEqual({
      code: 1,
      err: expect.stringContaining('error[checkpoint/unknown-version]') as string,
    })
    expect(unknown.err).toContain('The nearest versions are `1`;')
    const never = await runSmelt(['rollback', 'globex/inventory-compliance', '--to', '1'], { folder })
    expect(never.err).toContain('error[checkpoint/none]')
    expect(await runSmelt(['rollback', INSTANCE], { folder })).toMatchObject({ code: 2 })
  }, 120_000)

  it('says when the file of the tenant makes another plan of the files', async () => {
    const folder = await smallLake(50)
    await changed(folder)
    const second = textOf(folder, PIPELINE)
    edit(
      folder,
      'tenants/acme.yaml',
      '  inventory-compliance: ',
      '  inventory-compliance: { params: { low_disk_pct: 12 } } ',
    )
    const refused = await runSmelt(TO_FIRST, { folder })
    expect(refused.code).toBe(4)
    expect(refused.err).toContain('error[checkpoint/version-differs]')
    expect(refused.err).toContain('`tenants/acme.yaml`')
    expect(textOf(folder, PIPELINE)).toBe(second)
    expect(await smelted(folder, [...TO_FIRST, '--approve', hashIn(refused.err)])).toMatchObject({ outcome: 'applied' })
    await closes(folder)
  }, 240_000)
})

describe('a rollback that is killed', () => {
  it('is finished by repeating it, wherever it stood', async () => {
    const folder = await smallLake(300)
    const first = await hashes(folder)
    await changed(folder)
    const second = await hashes(folder)
    const { err } = await runSmelt(TO_FIRST, { folder })
    const command = [...TO_FIRST, '--approve', hashIn(err)]
    for (const step of ['file-restored:1', 'change-created:1', 'table-shaped:1']) {
      const killed = await runSmelt(command, { folder, variables: { SMELT_CRASH_AT: step } })
      expect(killed.code, step).toBeNull()
      // The approval outlives the crash.
      expect((await runSmelt(TO_FIRST, { folder })).code, step).toBe(0)
      expect(await hashes(folder), step).toEqual(first)
      expect(await smelted(folder, ['rollback', INSTANCE, '--to', '2']), step).toMatchObject({ outcome: 'applied' })
      expect(await hashes(folder), step).toEqual(second)
    }
    await closes(folder)
  }, 300_000)
})
