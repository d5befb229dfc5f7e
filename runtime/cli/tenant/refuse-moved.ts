import type { TenantNode } from '#spec'
import { strayStubs } from '#tenant'
import { Problems } from '../problems.ts'
import type { OpenProject } from '../project.ts'

/**
 * Refuses to go on with a tenant that is not where it was: what is written for it would be a second one beside it. Throws
 * tenant/stray-stub.
 */
export function refuseMoved({ files, loaded }: OpenProject, tenant: TenantNode): void {
  const stray = strayStubs(tenant, files)
  const texts = new Map([...loaded.texts, ...stray.flatMap(({ span }) => textOf(files, span?.file ?? ''))])
  if (stray.length > 0) throw new Problems(stray, texts)
}

/** Not read when the project was loaded. */
function textOf(files: OpenProject['files'], file: string): [string, string][] {
  const text = files.read(file)
  return text === undefined ? [] : [[file, text]]
}
