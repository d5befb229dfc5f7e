import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createExplainer } from '#contract'
import { smeltError } from '#diagnostics'
import { openSession, readTable, type Session } from '#engine'
import { openMask, proposeTest, type SampleRecord } from '#fixture'
import { openCatalog, openLocalizer, openStore, type Catalog, type Localizer } from '#lake'
import type { SourcePlan } from '#plan'
import { jsonTree, type PipelineNode } from '#spec'
import { instanceName, parseInstanceName } from '#tenant'
import type { Call } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { resolveInstance, type ResolvedInstance } from '../instance/resolve-instance.ts'
import { Problems } from '../problems.ts'
import { openProject, type OpenProject } from '../project.ts'
import { testedPipelines } from './find-tests.ts'

/** How many bronze records are looked at for each that is wanted: refused ones are passed over. */
const LOOKED_AT = 100
const CACHE_BYTES = 1 << 30

/**
 * Writes a first test of an instance: its oldest valid records of bronze, personal data replaced by made-up values,
 * and what the pipeline makes of them today. Answers the path of the file. Throws test/file-exists,
 * test/nothing-to-sample, and what keeps the lake or the pipeline from being read.
 */
export async function generateTest(
  { host, globals }: Call,
  options: { readonly instance: string; readonly name: string; readonly records: number },
): Promise<string> {
  const project = openProject(host, globals, options.instance)
  const name = parseInstanceName(options.instance)
  const file = `pipelines/${name.pipeline}/tests/${options.name}.yaml`
  if (host.files.exists(path.join(project.root, file))) throw smeltError('test/file-exists', { file })
  const instance = resolveInstance(project, name)
  const folder = path.join(host.temporaryFolder, `smelt-${host.user}`)
  const records = await sample(instance, { call: { host, globals }, project, folder, records: options.records })
  const pipeline = testedPipelines(host, project).find((each) => each.name === name.pipeline)
  if (pipeline === undefined) throw smeltError('internal/bug', { detail: `${name.pipeline} is not loaded` })
  const proposal = await proposeTest({
    pipeline,
    file,
    tenant: name.tenant,
    description: `Proposed from records of ${instance.name}. Review it, name the case after what it shows, and cut it down.`,
    caseName: 'records of bronze give the rows of today',
    records,
    folder,
  })
  if ('problems' in proposal) throw new Problems(proposal.problems, proposal.texts)
  await mkdir(path.dirname(path.join(project.root, file)), { recursive: true })
  await writeFile(path.join(project.root, file), proposal.text, { flag: 'wx' })
  return file
}

interface Sampling {
  readonly call: Pick<Call, 'host' | 'globals'>
  readonly project: OpenProject
  readonly folder: string
  readonly records: number
}

async function sample(
  instance: ResolvedInstance,
  { call: { host, globals }, project, folder, records }: Sampling,
): Promise<Map<string, readonly SampleRecord[]>> {
  const environment = openEnvironment(host, globals, project)
  const found = project.loaded.instances.find((each) => instanceName(each) === instance.name)
  const scratch = path.join(folder, `sample-${host.pid}`)
  const store = await openStore(environment.store(instance.tenant))
  const memoryLimitBytes = environment.node.engine.memoryLimitBytes
  const session = await openSession({ memoryLimitBytes, threads: host.cores, spill: path.join(scratch, 'spill') })
  try {
    const localizer = openLocalizer({ store, folder: path.join(scratch, 'cache'), maxBytes: CACHE_BYTES })
    const lake = { session, localizer, catalog: openCatalog(store) }
    const samples = new Map<string, readonly SampleRecord[]>()
    for (const source of instance.plan.sources) {
      if (found !== undefined) samples.set(source.name, await sampleSource(source, lake, { node: found.node, records }))
    }
    requireSomething(instance.plan.sources, samples)
    return new Map([...samples].filter(([, records]) => records.length > 0))
  } finally {
    session.close()
    await store.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

interface Lake {
  readonly session: Session
  readonly localizer: Localizer
  readonly catalog: Catalog
}

async function sampleSource(
  source: SourcePlan,
  { session, localizer, catalog }: Lake,
  { node, records }: { readonly node: PipelineNode; readonly records: number },
): Promise<SampleRecord[]> {
  const { table } = source.bronze
  const bronze = await readTable(catalog, localizer, table)
  const explain = await createExplainer(source.contract, { maxRecordBytes: source.maxRecordBytes })
  const mask = openMask(node, source)
  const rows = await session.rows(`select kafka_partition, epoch_ms(kafka_timestamp) as at, kafka_value
    from (${bronze.sql}) order by kafka_timestamp, kafka_partition, kafka_offset limit ${records * LOOKED_AT}`)
  bronze.release()
  const valid = rows.flatMap((row): SampleRecord[] => {
    const verdict = explain(row['kafka_value'] as Uint8Array | null)
    const value = verdict.ok
      ? jsonTree(JSON.parse(Buffer.from(row['kafka_value'] as Uint8Array).toString('utf8')))
      : undefined
    if (value?.kind !== 'object') return []
    return [{ value: mask(value), timestampMs: Number(row['at']), partition: Number(row['kafka_partition']) }]
  })
  return valid.slice(0, records)
}

/** A changelog may be empty, as what is joined with it may meet nothing; what rows are made of may not. */
function requireSomething(sources: readonly SourcePlan[], samples: ReadonlyMap<string, readonly SampleRecord[]>): void {
  const empty = sources.filter(({ name }) => (samples.get(name) ?? []).length === 0)
  const missing = empty.length === sources.length ? empty[0] : empty.find((each) => each.versionedBy === undefined)
  if (missing === undefined) return
  const { layer, name } = missing.bronze.table
  throw smeltError('test/nothing-to-sample', { table: `${layer}.${name}` })
}
