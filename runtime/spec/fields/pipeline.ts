import { choice } from '../kinds/choice.ts'
import { defaulted, has, later, optional, required, standIn } from '../kinds/field.ts'
import { named, TABLE_NAME } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import { text } from '../kinds/text.ts'
import type { PipelineNode } from '../nodes.ts'
import { bronze } from './bronze.ts'
import { gold } from './gold.ts'
import { folderName, formatVersion } from './names.ts'
import { paramsField } from './param.ts'
import { reference } from './reference.ts'
import { pipelineRetention } from './retention.ts'
import { savepoints } from './savepoints.ts'
import { silver } from './silver.ts'
import { sink } from './sink.ts'
import { source } from './source.ts'

/** pipelines/<pipeline>/pipeline.yaml */
export const pipeline = noun({
  name: 'pipeline',
  doc: 'Everything a pipeline does: what it reads, and the bronze, silver and gold tables it keeps.',
  fields: {
    smelt: formatVersion,
    name: required(folderName, {
      doc: 'The name of the pipeline: that of its folder.',
      example: 'inventory-compliance',
    }),
    description: optional(text, { doc: 'What the pipeline is for.', example: 'Keeps the state of every computer.' }),
    params: paramsField,
    sources: required(named(source, 'source', TABLE_NAME), {
      doc: 'The topics that are read.',
      example:
        '{ inventory: { topic: inventory, contract: contracts/inventory.schema.json, event_time: reported_at } }',
    }),
    references: optional(named(reference, 'reference', TABLE_NAME), {
      doc: 'Small tables in files, for lookups.',
      example: '{ os_catalog: { file: reference/os-catalog.csv, key: [os] } }',
    }),
    bronze: optional(bronze, {
      doc: 'Settings of the bronze tables.',
      example: '{ partition_by: [day(kafka_timestamp)] }',
    }),
    silver: optional(named(silver, 'silver table', TABLE_NAME), {
      doc: 'The silver tables.',
      example: '{ devices: { from: inventory } }',
    }),
    gold: optional(named(gold, 'gold table', TABLE_NAME), {
      doc: 'The gold tables.',
      example: '{ device_status: { from: devices, latest_by: [device_id] } }',
    }),
    sinks: optional(named(sink, 'sink', TABLE_NAME), {
      doc: 'Where alerts are delivered.',
      example: '{ security_hook: { webhook: "${secrets.SECURITY_HOOK_URL}" } }',
    }),
    savepoints: optional(savepoints, {
      doc: 'Savepoints that a running instance takes by itself.',
      example: '{ every: 1h, keep: 24 }',
    }),
    rollback: defaulted(choice(['none', 'auto']), 'none', {
      doc: 'What becomes of a change that fails. With `auto`, a savepoint is taken before a change of the plan is applied; when the changed pipeline fails before its first checkpoint with records, and starting again does not mend it, the instance goes back there and runs on by the version before, until the files change. A change of this setting is no change of the plan.',
    }),
    retention: pipelineRetention,
    schedule: later({
      doc: 'When the pipeline runs.',
      meanwhile: 'Run `smelt run --until-end` from a scheduler of your own.',
    }),
  },
  build: (
    { name, description, params, sources, references, bronze: layer, silver: silvers, gold: golds, sinks, ...rest },
    at,
  ): PipelineNode => ({
    file: at.span.file,
    name,
    ...(description === undefined ? {} : { description }),
    params: params ?? [],
    sources,
    references: references ?? [],
    bronze: layer ?? {},
    silver: silvers ?? [],
    gold: golds ?? [],
    sinks: sinks ?? [],
    ...(rest.savepoints === undefined ? {} : { savepoints: rest.savepoints }),
    ...(rest.rollback.value === 'none' ? {} : { rollback: rest.rollback.value }),
    ...(rest.retention === undefined ? {} : { retention: rest.retention }),
  }),
  rest: ({ smelt, ...values }, at) => {
    // Of another version of the format nothing can be said.
    if (smelt === undefined && has(at, 'smelt')) return undefined
    const { name = standIn('', at), sources = [], rollback = standIn('none', at) } = values
    return { ...values, smelt: smelt ?? standIn(1, at), name, sources, rollback }
  },
})
