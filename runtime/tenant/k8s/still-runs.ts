import { diagnostic, type Diagnostic, type Position } from '#diagnostics'
import type { TenantNode } from '#spec'
import type { FileReader } from '../load-base.ts'
import { KUBERNETES_FOLDER } from '../names.ts'

/** What `renderK8s` writes of a set that has pods. */
const PODS = /^ {2}replicas: [1-9]/m

/**
 * The rendered files that have pods of a tenant of which nothing is to run, one problem each: whoever applies them starts again
 * what was ended. Nothing is read of a tenant that is active.
 */
export function stillRuns(tenants: readonly TenantNode[], files: Pick<FileReader, 'read' | 'list'>): Diagnostic[] {
  const atRest = tenants.filter(({ state }) => state !== 'active')
  if (atRest.length === 0) return []
  const environments = [...files.list(KUBERNETES_FOLDER)].sort()
  return atRest.flatMap(({ key, state }) =>
    environments.flatMap((environment) => {
      const file = `${KUBERNETES_FOLDER}/${environment}/tenants/${key}/workloads.yaml`
      const text = files.read(file) ?? ''
      const found = PODS.exec(text)
      if (found === null) return []
      const line = text.slice(0, found.index).split('\n').length
      const place = (at: number): Position => ({ offset: found.index + at, line, column: at + 1 })
      const span = { file, start: place(2), end: place(found[0].length) }
      return [diagnostic('tenant/still-runs', { tenant: key, state, environment, file }, { span })]
    }),
  )
}
