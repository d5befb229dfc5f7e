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
export async function writeTable(instance: Instance, key: string, relation: string, rows: number): Promise<void> {
  if (isWritten(instance, key)) await stageTable(instance, key, relation, rows)
}

/** As `writeTable`, with what was written; `rows` is how many the relation has, where that is known. */
export async function stageTable(
  instance: Instance,
  key: string,
  relation: string,
  rows?: number,
): Promise<Staged<DataFile>> {
  const { session, store, scratch } = instance
  const staged = await stageData({
    session,
    relation,
    table: tableOf(instance, key),
    store,
    scratch,
    ...(rows === undefined ? {} : { rows }),
  })
  addFiles(instance.epoch, key, { data: staged.files })
  instance.epoch.releases.push(() => staged.release())
  return staged
}
