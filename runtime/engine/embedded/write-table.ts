import { smeltError } from '#diagnostics'
import { stageData, type DataFile, type Staged, type Table } from '#lake'
import { addFiles, type Instance } from './instance.ts'

/** The table `layer.name` as last committed. */
export function tableOf(instance: Instance, key: string): Table {
  const table = instance.tables.get(key)
  if (table === undefined) throw smeltError('internal/bug', { detail: `table ${key} was not opened` })
  return table
}

/** Whether this instance writes the table `layer.name`. */
export function isWritten({ writes }: Instance, key: string): boolean {
  return writes === undefined || writes.has(key)
}

/** Writes a relation's rows as files of a table, for the next checkpoint to commit; nothing of a table it does not write. */
export async function writeTable(instance: Instance, key: string, relation: string): Promise<void> {
  if (isWritten(instance, key)) await stageTable(instance, key, relation)
}

/** As `writeTable`, with what was written. */
export async function stageTable(instance: Instance, key: string, relation: string): Promise<Staged<DataFile>> {
  const { session, store, scratch } = instance
  const staged = await stageData({ session, relation, table: tableOf(instance, key), store, scratch })
  addFiles(instance.epoch, key, { data: staged.files })
  instance.epoch.releases.push(() => staged.release())
  return staged
}

/** The rows in written files. */
export function writtenRows(staged: Staged<DataFile>): number {
  return staged.files.reduce((sum, file) => sum + file.recordCount, 0)
}
