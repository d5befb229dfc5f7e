import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { runSmelt } from './child.ts'
import { sendEvents } from './events.ts'
import { layProject } from './project.ts'

/** By number of records, the folder in which the project lies and lay when it was made. */
const made = new Map<number, string>()
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/**
 * A project of which acme has run over `records` generated reports, and globex has not. It is made once in a file of tests, and
 * put back as it was by each call, in the same place, since a lake knows where it lies: that of an earlier call is gone.
 */
export async function smallLake(records: number): Promise<string> {
  const known = made.get(records)
  const folder = known ?? mkdtempSync(path.join(tmpdir(), 'smelt-cli-'))
  made.set(records, folder)
  const [live, kept] = [path.join(folder, 'live'), path.join(folder, 'kept')]
  if (known === undefined) {
    await make(live, records)
    cpSync(live, kept, { recursive: true, preserveTimestamps: true })
  } else {
    rmSync(live, { recursive: true })
    cpSync(kept, live, { recursive: true, preserveTimestamps: true })
  }
  return live
}

async function make(folder: string, records: number): Promise<void> {
  mkdirSync(folder)
  layProject(folder)
  await sendEvents(folder, ['acme'], records)
  const { code, err } = await runSmelt(['run', 'acme', '--until-end'], { folder })
  if (code !== 0) throw new Error(err)
}
