import { pipeline } from '../fields/pipeline.ts'
import { project } from '../fields/project.ts'
import { tenant } from '../fields/tenant.ts'
import { testFile } from '../fields/test-file.ts'
import type { NounShape, Shape } from '../kinds/kind.ts'

/** A kind of file that users write. */
export interface Root {
  readonly name: string
  /** Where such files are, as a glob from the root of a project. */
  readonly files: string
  readonly shape: Shape
  /** Whether `${params.x}` may stand in it. */
  readonly params: boolean
}

/** Every kind of file that users write in YAML, in the order in which a newcomer meets them. */
export const ROOTS: readonly Root[] = [
  { name: 'project', files: 'smelt.yaml', shape: project.shape, params: false },
  { name: 'tenant', files: 'tenants/*.yaml', shape: tenant.shape, params: false },
  { name: 'pipeline', files: 'pipelines/*/pipeline.yaml', shape: pipeline.shape, params: true },
  { name: 'test', files: 'pipelines/*/tests/*.yaml', shape: testFile.shape, params: false },
]

/** Every noun within `shape`, itself first, each once, in the order of the fields. */
export function nounsOf(shape: Shape): NounShape[] {
  const found = new Set<NounShape>()
  const visit = (each: Shape): void => {
    if (each.type === 'noun') {
      if (found.has(each)) return
      found.add(each)
    }
    for (const part of partsOf(each)) visit(part)
  }
  visit(shape)
  return [...found]
}

/** The shapes that `shape` is made of. */
function partsOf(shape: Shape): readonly Shape[] {
  switch (shape.type) {
    case 'noun':
      return Object.values(shape.fields).map(({ kind }) => kind.shape)
    case 'list':
      return [shape.item]
    case 'named':
      return [shape.entry]
    case 'either':
      return shape.options
    case 'by-key':
      return [shape.marked, shape.plain]
    case 'without-params':
      return [shape.of]
    default:
      return []
  }
}
