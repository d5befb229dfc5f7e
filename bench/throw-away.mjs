import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Makes a throw-away folder; `put` writes a file in it, with the folders that it takes. */
export async function throwAwayFolder(name) {
  const root = await mkdtemp(path.join(tmpdir(), `smelt-bench-${name}-`))
  return {
    root,
    async put(file, text) {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true })
      await writeFile(path.join(root, file), text)
    },
    remove: () => rm(root, { recursive: true, force: true }),
  }
}
