import { choice } from '../kinds/choice.ts'
import { listOrMapping } from '../kinds/either.ts'
import { has, optional, required } from '../kinds/field.ts'
import type { Kind } from '../kinds/kind.ts'
import { distinct, list } from '../kinds/list.ts'
import { COLUMN_NAME, named, TABLE_NAME } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import type { Rule } from '../kinds/rule.ts'
import { expression } from '../kinds/text.ts'
import type { GoldColumnNode, GoldNode, Named } from '../nodes.ts'
import { alert } from './alert.ts'
import { goldColumn } from './gold-column.ts'
import { join } from './join.ts'
import { columnName, columnNames, tableName } from './names.ts'
import { partitionBy } from './partition.ts'
import { tableRetention } from './retention.ts'
import { window } from './window.ts'

type Groups = readonly Named<GoldColumnNode>[]

const groupBy: Kind<Groups> = listOrMapping(
  columnList(),
  named(goldColumn('group column', 'lower(org)'), 'group column', COLUMN_NAME),
)
const measures = named(goldColumn('measure', 'count(*)', 'an aggregate such as `count(*)`'), 'measure', COLUMN_NAME)
const rules: readonly Rule[] = [
  { kind: 'exactly-one', fields: ['window', 'latest_by', 'join'] },
  { kind: 'requires', field: 'window', other: 'measures', example: '{ devices: count(distinct device_id) }' },
  { kind: 'excludes', field: 'latest_by', others: ['group_by', 'measures'] },
  { kind: 'excludes', field: 'window', others: ['columns'] },
  { kind: 'excludes', field: 'latest_by', others: ['emit', 'alert'] },
  { kind: 'requires', field: 'join', other: 'columns', example: '{ device_id: device_id, rule_id: rule.rule_id }' },
  { kind: 'excludes', field: 'join', others: ['group_by', 'measures', 'emit'] },
]

/** A gold table: measures per window and group, the latest row per key, or rows with what they meet. */
export const gold = noun({
  name: 'gold table',
  doc: 'A table made of a silver table: measures per window and group, the latest row per key, or its rows joined with versions or with rows of another.',
  fields: {
    from: required(tableName, { doc: 'The silver table.', example: 'devices' }),
    where: optional(expression(), { doc: 'Only rows for which it is true take part.', example: 'encrypted' }),
    window: optional(window, { doc: 'Cuts event time into windows.', example: '{ tumbling: 1h }' }),
    group_by: optional(groupBy, {
      doc: 'The groups within a window: columns, or names with expressions. Left out: one group.',
      example: '[org, os]',
    }),
    measures: optional(measures, {
      doc: 'The measures of each window and group, by name.',
      example: '{ devices: count(distinct device_id) }',
    }),
    latest_by: optional(columnNames, {
      doc: 'Keeps the row of each key that is newest by event time, topic partition and offset.',
      example: '[device_id]',
    }),
    columns: optional(named(goldColumn('gold column', 'lower(org)'), 'column', COLUMN_NAME), {
      doc: 'The columns of a `latest_by` or `join` table, over those of the silver table, where lookups and personal data are dealt with, and of the join. A `latest_by` table may leave it out: all of them.',
      example: '{ device_id: device_id }',
    }),
    partition_by: partitionBy,
    join: optional(named(join, 'join', TABLE_NAME), {
      doc: 'Puts each row beside the versions that hold for it, or beside the rows of another silver table that are near in time, under a name of their own.',
      example: '{ rule: { table: policy_rules, as_of: reported_at, on: rule.org = org } }',
    }),
    emit: optional(choice(['on_close', 'on_change']), {
      doc: 'When the row of a window and group is written: once, when the window closes (`on_close`, also when left out), or at every checkpoint at which it has changed (`on_change`), in place of the one before.',
      example: 'on_change',
    }),
    alert: optional(alert, {
      doc: 'Sends each row that is appended to sinks. Only tables whose rows stay as they are have alerts: with `join`, or with `window` whose rows are written once.',
      example: '{ id: [device_id, rule_id, reported_at], to: [security_hook] }',
    }),
    retention: tableRetention,
  },
  rules,
  build: ({ groupBy: groups, measures: aggregates, ...values }, at): GoldNode => ({
    span: at.span,
    ...values,
    groupBy: groups ?? [],
    measures: aggregates ?? [],
  }),
  rest: ({ from, window: windows, ...values }, at) => {
    const { groupBy: groups, measures: aggregates, latestBy, columns, join: joins } = values
    const shape = { group_by: groups, measures: aggregates, latest_by: latestBy, columns, join: joins }
    const isRead = Object.entries(shape).every(([field, value]) => value !== undefined || !has(at, field))
    if (from === undefined || !isRead) return undefined
    // However long windows are, their groups and measures are the same.
    const cut = windows ?? (has(at, 'window') ? { span: at.span } : undefined)
    return { ...values, from, ...(cut && { window: cut }) }
  },
})

function columnList(): Kind<Groups> {
  const columns = list(expression('the name of a column such as `org`'))
  const names = distinct(list(columnName))
  return {
    expects: columns.expects,
    shape: names.shape,
    read: (node, reading) => {
      if (names.read(node, reading) === undefined) return undefined
      return columns.read(node, reading)?.map((text) => ({ name: text.value, key: text, node: { expr: text } }))
    },
  }
}
