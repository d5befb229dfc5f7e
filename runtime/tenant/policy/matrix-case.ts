import type { PolicyRequest, Verdict } from './evaluate.ts'
import type { TenantPolicies } from './render-policies.ts'

/** One question to the policies, with the answer that is promised. */
export interface MatrixCase {
  readonly name: string
  readonly promised: boolean
  /** Which policies the answer can hang on: the names of their places, such as `bucket` and `identity.engine`. */
  readonly about: readonly string[]
  /** What it asks, so that one knows which statements it cannot hang on. */
  readonly requests: readonly PolicyRequest[]
  readonly decide: (policies: TenantPolicies) => Verdict
}
