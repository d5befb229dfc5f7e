import { parseTenant, withoutSecrets } from '#spec'
import type { Host } from '../host.ts'
import type { OpenProject } from '../project.ts'

/** A file is looked at no more often than this. */
const LOOK_MS = 1_000

interface Known {
  text: string
  isActive: boolean
  lookedMs: number
}

/**
 * Tells whether a tenant is active, by its file as it is now. A file that cannot be read at the moment, as while somebody
 * edits it, says nothing new.
 */
export function activeTenants(
  host: Pick<Host, 'clock' | 'env'>,
  { files, loaded }: OpenProject,
): (tenant: string) => boolean {
  const env = withoutSecrets(host.env, loaded.secretPrefixes)
  const known = new Map<string, Known>()
  return (tenant) => {
    const node = loaded.tenants.find(({ key }) => key === tenant)
    if (node === undefined) return false
    const nowMs = host.clock()
    const before = known.get(tenant) ?? {
      text: loaded.texts.get(node.file) ?? '',
      isActive: node.state === 'active',
      lookedMs: 0,
    }
    known.set(tenant, before)
    if (nowMs - before.lookedMs < LOOK_MS) return before.isActive
    before.lookedMs = nowMs
    const text = readable(files, node.file)
    if (text === undefined || text === before.text) return before.isActive
    const parsed = parseTenant({ file: node.file, text, env }).node
    if (parsed === undefined) return before.isActive
    Object.assign(before, { text, isActive: parsed.state === 'active' })
    return before.isActive
  }
}

function readable(files: OpenProject['files'], file: string): string | undefined {
  try {
    return files.read(file)
  } catch {
    return undefined
  }
}
