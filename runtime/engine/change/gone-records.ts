import { currentSnapshot, openCatalog, type ObjectStore } from '#lake'
import { removedBy, totalRemoved } from '../removed.ts'

/** That records are in bronze no more, by retention or erasure, in words. */
export function goneText(source: string, records: number): string {
  return `${records} ${records === 1 ? 'record has' : 'records have'} left \`bronze.${source}\``
}

/**
 * What a replay of these sources does not give back, one phrase for each of which bronze has not all any more: somebody must want
 * that. Reads only.
 */
export async function goneRecords(store: ObjectStore, sources: readonly string[]): Promise<string[]> {
  const catalog = openCatalog(store)
  const found = sources.map(async (name) => {
    const table = await catalog.load({ layer: 'bronze', name })
    const gone = table === undefined ? 0 : totalRemoved(removedBy(currentSnapshot(table)))
    return gone === 0 ? [] : [`${goneText(name, gone)}, whose rows a replay does not give`]
  })
  return (await Promise.all(found)).flat()
}
