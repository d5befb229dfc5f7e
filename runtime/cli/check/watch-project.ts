import path from 'node:path'
import { smeltError } from '#diagnostics'
import type { Host } from '../host.ts'

/** Quiet time after a change before it is acted on: an editor's save is several changes. */
const QUIET_MS = 80
/** A change is not put off longer than this, however long the changes go on. */
const LONGEST_MS = 1000
const TREES = ['tenants', 'pipelines']

/**
 * Calls `onChange` with the files that changed, by their paths in the project, once they are quiet: smelt.yaml and
 * everything below tenants/ and pipelines/. Folders are watched one by one, so that what comes, goes, or is saved by
 * being replaced is seen, and what a run writes beside them is not. Returns how to stop. Throws cli/cannot-watch.
 */
export function watchProject(host: Host, root: string, onChange: (files: readonly string[]) => void): () => void {
  const settle = settling(host, (files) => {
    // First, so that a change during the work is seen.
    refresh()
    onChange(files)
  })
  const watches = new Map<string, () => void>()
  const refresh = (): void => {
    const folders = new Set(foldersOf(host, root))
    for (const [folder, stop] of watches) {
      if (folders.has(folder)) continue
      stop()
      watches.delete(folder)
    }
    for (const folder of folders) {
      if (watches.has(folder)) continue
      const stop = watchFolder(host, root, folder, settle.changed, () => watches.delete(folder))
      if (stop !== undefined) watches.set(folder, stop)
    }
  }
  refresh()
  return () => {
    settle.stop()
    for (const stop of watches.values()) stop()
  }
}

function watchFolder(
  host: Host,
  root: string,
  folder: string,
  changed: (file: string) => void,
  gone: () => void,
): (() => void) | undefined {
  const concerns = (name: string): boolean => folder !== '' || name === 'smelt.yaml' || TREES.includes(name)
  try {
    return host.watch(path.join(root, folder), {
      // A system that does not tell the name may mean any file.
      onChange: (name) => {
        if (name === undefined || concerns(name)) changed(path.posix.join(folder, name ?? ''))
      },
      onGone: () => {
        gone()
        changed(folder)
      },
    })
  } catch (cause) {
    // Gone since it was listed: its parent tells.
    if (!host.files.exists(path.join(root, folder)) && folder !== '') return undefined
    throw smeltError('cli/cannot-watch', { folder: folder === '' ? '.' : folder }, { cause })
  }
}

/** The project's folder and every folder below the trees; '' is the project's. */
function foldersOf({ files }: Host, root: string): string[] {
  const found = ['']
  const open = [...TREES]
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const inside = files.folders(path.join(root, folder))
    if (inside === undefined) continue
    found.push(folder)
    for (const name of inside) open.push(`${folder}/${name}`)
  }
  return found
}

/** Gathers changes until there was none for a while. */
function settling(
  host: Pick<Host, 'clock' | 'after'>,
  onSettled: (files: readonly string[]) => void,
): { readonly changed: (file: string) => void; readonly stop: () => void } {
  const files = new Set<string>()
  let first = 0
  let cancel: (() => void) | undefined
  const settle = (): void => {
    const all = [...files].sort()
    files.clear()
    cancel = undefined
    onSettled(all)
  }
  return {
    changed(file) {
      const now = host.clock()
      if (files.size === 0) first = now
      files.add(file)
      cancel?.()
      cancel = host.after(Math.max(0, Math.min(QUIET_MS, first + LONGEST_MS - now)), settle)
    },
    stop: () => cancel?.(),
  }
}
