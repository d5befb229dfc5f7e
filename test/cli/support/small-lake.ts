import { runSmelt } from './child.ts'
import { sendEvents } from './events.ts'
import { project } from './project.ts'

/** A project of which acme has run over `records` generated reports, and globex has not. */
export async function smallLake(records: number): Promise<string> {
  const folder = project()
  await sendEvents(folder, ['acme'], records)
  const { code, err } = await runSmelt(['run', 'acme', '--until-end'], { folder })
  if (code !== 0) throw new Error(err)
  return folder
}
