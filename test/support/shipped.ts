import { readFileSync } from 'node:fs'
import path from 'node:path'
import { resolvePlan, type Resolved } from '#plan'
import { parsePipeline } from '#spec'

const ROOT = path.join(import.meta.dirname, '..', '..')

/** The pipeline that ships with the product, compiled for a tenant with its default params. */
export function shippedPipeline(tenant = 'acme'): Required<Pick<Resolved, 'plan' | 'references'>> {
  const file = 'pipelines/inventory-compliance/pipeline.yaml'
  const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8')
  const { node, diagnostics } = parsePipeline({ file, text: read(file), params: new Map(), env: () => undefined })
  if (node === undefined) throw new Error(JSON.stringify(diagnostics))
  const { plan, references, diagnostics: problems } = resolvePlan({ tenant, pipeline: node, read })
  if (plan === undefined) throw new Error(JSON.stringify(problems))
  return { plan, references }
}
