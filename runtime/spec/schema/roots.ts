import { pipeline } from '../fields/pipeline.ts'
import { project } from '../fields/project.ts'
import { tenant } from '../fields/tenant.ts'
import { testFile } from '../fields/test-file.ts'
import type { Shape } from '../kinds/kind.ts'

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
