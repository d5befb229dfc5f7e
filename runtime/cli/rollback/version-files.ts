import path from 'node:path'
import { smeltError } from '#diagnostics'
import type { StoredPlan } from '#engine'
import type { Host } from '../host.ts'

/** A file of a version, compared with the one in the project. */
export interface VersionFile {
  /** From the root of the project. */
  readonly path: string
  /** Of the version. */
  readonly text: string
  /** `edited` is one that is neither the version's nor that of the newest one: nothing but the project has it. */
  readonly state: 'same' | 'changed' | 'edited'
}

/**
 * Compares the files of a version with those of the project at `root`; `newest` is what ran last. Throws
 * checkpoint/plan-lost when the version names a file outside the project.
 */
export function compareFiles(
  { files }: Pick<Host, 'files'>,
  root: string,
  { wanted, newest }: { readonly wanted: StoredPlan; readonly newest: StoredPlan },
): VersionFile[] {
  return Object.entries(wanted.files).map(([file, text]) => {
    if (!isInside({ files }, root, file)) {
      const key = `state/${wanted.plan.pipeline}/plans/${wanted.planHash}.json`
      throw smeltError('checkpoint/plan-lost', { key, detail: `its file \`${file}\` lies outside the project` })
    }
    const now = files.readText(path.join(root, file))
    const known = now === undefined || now === newest.files[file]
    return { path: file, text, state: now === text ? 'same' : known ? 'changed' : 'edited' }
  })
}

/** Writes the files that differ, each in one step; `onWritten` is called after each. Throws cli/cannot-write. */
export function restoreFiles(
  { files }: Pick<Host, 'files'>,
  root: string,
  version: readonly VersionFile[],
  onWritten: () => void,
): void {
  for (const { path: file, text, state } of version) {
    if (state === 'same') continue
    files.put(path.join(root, file), text)
    onWritten()
  }
}

/** Whether a path leads to a file of the project, links followed as far as they are there. */
function isInside({ files }: Pick<Host, 'files'>, root: string, file: string): boolean {
  const home = files.realPath(root)
  if (home === undefined || path.isAbsolute(file)) return false
  let there = path.join(root, file)
  if (!there.startsWith(`${root}${path.sep}`)) return false
  while (!files.exists(there)) there = path.dirname(there)
  const real = files.realPath(there) ?? ''
  return real === home || real.startsWith(`${home}${path.sep}`)
}
