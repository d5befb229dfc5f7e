import { CODES } from '#diagnostics'
import { boolean } from '../kinds/boolean.ts'
import { choice } from '../kinds/choice.ts'
import { listOrMapping } from '../kinds/either.ts'
import { optional, required } from '../kinds/field.ts'
import { integer } from '../kinds/integer.ts'
import { json } from '../kinds/json.ts'
import { mapKind, type Kind } from '../kinds/kind.ts'
import { listOrNone } from '../kinds/list.ts'
import { COLUMN_NAME, named, type NameRule } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import { text } from '../kinds/text.ts'
import type { Rule } from '../kinds/rule.ts'
import type { Located } from '../nodes.ts'
import { fieldName, reportAt, type Reading } from '../reading.ts'
import type { ExpectedRefusalNode, ExpectedRowNode, ExpectedTableNode, TestThenNode } from '../test-nodes.ts'
import type { YamlMapping } from '../yaml/tree.ts'
import { columnNames } from './names.ts'

/** How a test names a table: alone, or with its layer. */
export const ANY_TABLE: NameRule = {
  pattern: /^(?:(?:bronze|silver|gold)\.)?[a-z][a-z0-9_]{0,63}$/,
  says: 'use the name of a table, alone or after its layer: `devices`, `silver.devices` or `bronze.inventory`',
}

const codes = Object.keys(CODES)
const refusals = codes.filter((code) => code.startsWith('record/'))
const count = integer(0, Number.MAX_SAFE_INTEGER)
const COLUMNS = named(json, 'column', COLUMN_NAME)

const row: Kind<ExpectedRowNode> = {
  ...COLUMNS,
  read: (node, reading) => {
    const values = COLUMNS.read(node, reading)
    return values && { span: node.span, values }
  },
}

interface Rows {
  readonly rows: readonly ExpectedRowNode[]
  readonly span: ExpectedTableNode['span']
  readonly pointer: string
}

const placed = listOrNone(row)
const rowList: Kind<Rows> = {
  ...placed,
  read: (node, reading) => {
    const rows = placed.read(node, reading)
    return rows && { rows, span: node.span, pointer: node.pointer }
  },
}

/** What is said of rows, wherever they are. */
const rowFields = {
  rows: optional(rowList, {
    doc: 'All rows, in any order. A column left out is null; `kafka_partition` and `kafka_offset` are compared where they are named.',
    example: '[{ device_id: lt-1, os: windows-11 }]',
  }),
  columns: optional(columnNames, { doc: 'The only columns that `rows` is compared in.', example: '[device_id, os]' }),
  contains: optional(rowList, {
    doc: 'Rows that are among others. A column left out is not compared.',
    example: '[{ device_id: lt-1 }]',
  }),
  count: optional(count, { doc: 'How many rows there are.', example: '3' }),
  none: optional(boolean, { doc: 'There is no row.', example: 'true' }),
}
const rowRules: readonly Rule[] = [
  { kind: 'excludes', field: 'rows', others: ['contains', 'count', 'none'] },
  { kind: 'excludes', field: 'none', others: ['contains', 'count'] },
  { kind: 'requires', field: 'columns', other: 'rows', example: '[{ device_id: lt-1 }]' },
]

const longTable = noun({
  name: 'expected table',
  doc: 'What a table holds. A list in its place is `rows`.',
  fields: {
    ...rowFields,
    deduplicated: optional(count, { doc: 'How many records were dropped as duplicates.', example: '1' }),
    filtered: optional(count, { doc: 'How many records `where` and dropping checks left out.', example: '1' }),
    warned: optional(named(count, 'check', COLUMN_NAME), {
      doc: 'How many rows a check with `on_fail: warn` let pass though it was false.',
      example: '{ os_known: 1 }',
    }),
  },
  rules: [
    {
      kind: 'at-least-one',
      fields: ['rows', 'contains', 'count', 'none', 'deduplicated', 'filtered', 'warned'],
    },
    ...rowRules,
  ],
  build: ({ warned, ...rest }, at, reading) => expectedRows({ ...rest, warned: warned ?? [] }, at, reading),
})

const longAlerts = noun({
  name: 'expected alerts',
  doc: 'Which rows of a table were sent. A list in its place is `rows`.',
  fields: rowFields,
  rules: [{ kind: 'at-least-one', fields: ['rows', 'contains', 'count', 'none'] }, ...rowRules],
  build: (values, at, reading) => expectedRows({ ...values, warned: [] }, at, reading),
})

type Expected = Omit<ExpectedTableNode, 'span' | 'pointer' | 'rows'> & {
  readonly rows?: Rows
  readonly contains?: Rows
  readonly none?: Located<boolean>
}

function expectedRows(
  { rows, contains, none, count: given, ...rest }: Expected,
  at: YamlMapping,
  reading: Reading,
): ExpectedTableNode | undefined {
  if (none?.value === false) {
    reportAt(reading, 'spec/bad-value', { field: fieldName(none), value: 'false', expected: '`true`' }, none)
    return undefined
  }
  const exact = rows ?? contains
  const total = none === undefined ? given : ({ ...none, value: 0 } satisfies Located<number>)
  return {
    span: at.span,
    pointer: at.pointer,
    ...(exact === undefined ? {} : { rows: { ...exact, exact: rows !== undefined } }),
    ...(total === undefined ? {} : { count: total }),
    ...rest,
  }
}

const shortTable = mapKind(rowList, ({ rows, span, pointer }): ExpectedTableNode => ({
  span,
  pointer,
  rows: { exact: true, rows, span, pointer },
  warned: [],
}))

const refusal = noun({
  name: 'expected refusal',
  doc: 'One record in quarantine. What is left out is not compared.',
  fields: {
    code: required(choice(refusals), { doc: 'Its code.', example: 'record/late' }),
    source: optional(text, { doc: 'The source it came from.', example: 'inventory' }),
    table: optional(text, { doc: 'The table that refused it, with its layer.', example: 'gold.fleet_health' }),
    rule: optional(text, { doc: 'The check or rule that refused it.', example: 'disk_plausible' }),
    path: optional(text, { doc: 'The JSON pointer of the field.', example: '/cpu_pct' }),
    message: optional(text, { doc: 'Its message.', example: 'The value is not valid UTF-8' }),
    partition: optional(count, { doc: 'Its topic partition.', example: '0' }),
    offset: optional(count, { doc: 'Its offset.', example: '3' }),
  },
  build: (values, at): ExpectedRefusalNode => ({ span: at.span, ...values }),
})

const refusalList = listOrNone(refusal)
const quarantine: Kind<NonNullable<TestThenNode['quarantine']>> = {
  ...refusalList,
  read: (node, reading) => {
    const rows = refusalList.read(node, reading)
    return rows && { rows, span: node.span, pointer: node.pointer }
  },
}

/** `then:` of a case or a step. */
export const testThen = noun({
  name: 'expectation',
  doc: 'What holds once the records so far are processed.',
  fields: {
    tables: optional(named(listOrMapping(shortTable, longTable), 'table', ANY_TABLE), {
      doc: 'What tables hold.',
      example: '{ devices: { count: 3 } }',
    }),
    quarantine: optional(quarantine, {
      doc: 'All records in quarantine, in any order; `[]` when there is none. Left out, quarantine is not compared.',
      example: '[{ code: record/late }]',
    }),
    stops: optional(choice(codes), {
      doc: 'The code of the fault that stops the pipeline.',
      example: 'checkpoint/check-failed',
    }),
    alerts: optional(named(listOrMapping(shortTable, longAlerts), 'table', ANY_TABLE), {
      doc: 'The alerts that were sent so far, by the gold table whose rows they are; each once, however often it was sent.',
      example: '{ violations: { count: 1 } }',
    }),
  },
  rules: [{ kind: 'at-least-one', fields: ['tables', 'quarantine', 'alerts', 'stops'] }],
  build: ({ tables, alerts, ...rest }, at): TestThenNode => ({
    span: at.span,
    tables: tables ?? [],
    alerts: alerts ?? [],
    ...rest,
  }),
})
