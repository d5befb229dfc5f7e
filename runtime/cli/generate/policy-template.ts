import { policyTemplateFile } from '#tenant'
import type { Generator } from './generator.ts'

/** The statements of all policies as the module `policies` of terragrunt reads them. */
export const policyTemplate: Generator = {
  name: 'policy template',
  files: () => [['terragrunt/catalog/modules/policies/policies.json.tftpl', policyTemplateFile()]],
}
