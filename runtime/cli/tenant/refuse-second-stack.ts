import type { TenantNode } from '#spec'
import { changedIds, strayStubs } from '#tenant'
import { openTenantHistory } from '../check/tenant-history.ts'
import type { Call } from '../command.ts'
import { Problems } from '../problems.ts'
import type { OpenProject } from '../project.ts'

/**
 * Refuses to go on with a tenant that was moved, or that has another id than it had: what is written for it would be of a second
 * stack beside the one it has. Throws tenant/stray-stub and tenant/id-changed.
 */
export async function refuseSecondStack({ host }: Call, project: OpenProject, tenant: TenantNode): Promise<void> {
  const { files, loaded, root } = project
  const history = await openTenantHistory(host, root)()
  const wrong = [...strayStubs(tenant, files), ...changedIds([tenant], files, history)]
  if (wrong.length === 0) return
  const places = wrong.flatMap(({ span, related = [] }) => [span, ...related.map((each) => each.span)])
  const texts = new Map(loaded.texts)
  // Not read when the project was loaded.
  for (const file of places.flatMap((each) => each?.file ?? [])) texts.set(file, files.read(file) ?? '')
  throw new Problems(wrong, texts)
}
