import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openEnvironment } from '../../../runtime/cli/environment.ts'
import { engineSettings } from '../../../runtime/cli/instance/engine-options.ts'
import { resolveInstance } from '../../../runtime/cli/instance/resolve-instance.ts'
import { openProject } from '../../../runtime/cli/project.ts'
import { Problems } from '../../../runtime/cli/problems.ts'
import { bufferHost } from '../support/buffer-host.ts'
import { project } from '../support/project.ts'

const GLOBALS = { json: false, colours: false }

async function failure(folder: string): Promise<unknown> {
  const host = bufferHost({ folder })
  const opened = openProject(host, GLOBALS)
  const instance = resolveInstance(opened, { tenant: 'acme', pipeline: 'inventory-compliance' })
  try {
    return await engineSettings(host, openEnvironment(host, GLOBALS, opened), instance)
  } catch (error) {
    return error
  }
}

describe('engineSettings', () => {
  it('names every secret that is missing at once, in a sink or elsewhere', async () => {
    const folder = project()
    rmSync(path.join(folder, '.smelt/secrets/ACME_PII_KEY'))
    rmSync(path.join(folder, '.smelt/secrets/SECURITY_HOOK_KEY'))
    writeFileSync(path.join(folder, '.smelt/secrets/SEARCH_URL'), '\n')
    const error = await failure(folder)
    expect(error).toBeInstanceOf(Problems)
    const { diagnostics } = error as Problems
    expect(diagnostics.map(({ code, message }) => [code, message.split(':')[0]])).toEqual([
      ['cli/missing-secret', 'The secret `ACME_PII_KEY` is not set'],
      ['cli/missing-secret', 'The secret `SECURITY_HOOK_KEY` is not set'],
      ['cli/missing-secret', 'The secret `SEARCH_URL` is empty'],
    ])
  })

  it('throws the one that is missing as it is', async () => {
    const folder = project()
    rmSync(path.join(folder, '.smelt/secrets/SECURITY_HOOK_URL'))
    expect(await failure(folder)).toMatchObject({ diagnostic: { code: 'cli/missing-secret' } })
  })
})
