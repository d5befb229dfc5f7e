import type { ServedSource, ServedTopic } from '#ingest'
import type { Plan, SourcePlan } from '#plan'
import { resolveInstance, instancesOf } from '../instance/resolve-instance.ts'
import type { OpenProject } from '../project.ts'

/**
 * The topics that the pipelines of a tenant read, or of all tenants but the offboarded, with every source that reads each.
 * Throws what is wrong with one of the pipelines: a record that is taken today must not be without a contract tomorrow.
 */
export function servedTopics(project: OpenProject, tenant?: string): ServedTopic[] {
  const found = new Map<
    string,
    { readonly tenant: string; readonly sources: ServedSource[]; readonly keys: Set<string> }
  >()
  const gone = new Set(project.loaded.tenants.filter(({ state }) => state === 'offboarded').map(({ key }) => key))
  for (const name of instancesOf(project, tenant).filter((each) => !gone.has(each.tenant))) {
    const { plan, pipeline } = resolveInstance(project, name)
    for (const source of plan.sources) {
      const topic = found.get(source.topic) ?? { tenant: plan.tenant, sources: [], keys: new Set<string>() }
      found.set(source.topic, topic)
      topic.sources.push(servedSource(source, pipeline))
      for (const field of keyFields(plan, source)) topic.keys.add(field)
    }
  }
  return [...found].map(([topic, { tenant: owner, sources, keys }]) => {
    const [keyField, ...others] = keys
    const name = topic.slice(owner.length + 1)
    return {
      tenant: owner,
      topic: name,
      sources,
      ...(keyField === undefined || others.length > 0 ? {} : { keyField }),
    }
  })
}

function servedSource({ name, contract, maxRecordBytes, versionedBy }: SourcePlan, pipeline: string): ServedSource {
  return { name: `${pipeline}/${name}`, contract, maxRecordBytes, versioned: versionedBy !== undefined }
}

/**
 * The fields that a source needs its records to be keyed by: the one that names the row of a changelog, or the one that
 * duplicates are known by, which are found within a topic partition.
 */
function keyFields({ silver }: Plan, source: SourcePlan): string[] {
  if (source.versionedBy !== undefined) return source.versionedBy.length === 1 ? [...source.versionedBy] : []
  return silver.flatMap(({ source: from, dedupe, columns }) => {
    const [by, ...others] = dedupe?.by ?? []
    if (from !== source.name || by === undefined || others.length > 0) return []
    const value = columns.find(({ name }) => name === by)?.value
    if (value?.kind !== 'expression' || value.expr.kind !== 'column' || value.expr.scope !== 'source') return []
    return value.expr.path.length === 1 ? [...value.expr.path] : []
  })
}
