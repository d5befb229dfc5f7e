import type { FileReader } from '#tenant'

/** A project in memory: texts by path. A path without a text is not there. */
export function projectFiles(files: ReadonlyMap<string, string | undefined>): FileReader {
  const paths = [...files.keys()].filter((path) => files.get(path) !== undefined)
  return {
    read: (path) => files.get(path),
    list: (folder) => {
      const inside = paths.filter((path) => path.startsWith(`${folder}/`))
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))].reverse()
    },
  }
}
