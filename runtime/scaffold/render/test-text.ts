import type { Column } from '../infer/columns.ts'
import type { EventTime } from '../infer/event-time.ts'
import type { SampleRecord } from '../sample/sample.ts'
import { jsonText } from './json-text.ts'
import { yamlScalar } from './yaml-text.ts'

/** Events a proposed test starts from. */
const EVENTS = 3
/** Names that a record of a test file gives a meaning of its own. */
const FORMS = ['value', 'with', 'raw', 'bytes', 'file', 'generate']
const HOUR = 3_600_000

export interface TestDraft {
  readonly table: string
  readonly time: EventTime
  readonly columns: readonly Column[]
  readonly key?: Column
  readonly records: readonly SampleRecord[]
}

/**
 * A first test from the first records of the sample: they become rows, and a copy of one is dropped when there is a
 * key. Values of columns that hide personal data are made up.
 */
export function testText(draft: TestDraft): string {
  const { table, key } = draft
  const records = draft.records.slice(0, EVENTS)
  const events = records.map((record) => eventLine(record, draft.columns))
  const copies = [events[0], events[0]].flatMap((each) => each ?? [])
  const lines = [
    'smelt: 1',
    `description: ${yamlScalar('The first records of the sample. `smelt test` runs it; add what must hold.')}`,
    `clock: ${clock(records, draft.time)}`,
    'cases:',
    '  events become rows:',
    ...given(table, events),
    '    then:',
    '      tables:',
    `        ${table}: { count: ${records.length} }`,
    '      quarantine: []',
    ...(key === undefined
      ? []
      : [
          `  ${yamlScalar(`a copy with the same ${key.name} is dropped`)}:`,
          ...given(table, copies),
          '    then:',
          '      tables:',
          `        ${table}: { count: 1, deduplicated: 1 }`,
          '      quarantine: []',
        ]),
  ]
  return `${lines.join('\n')}\n`
}

function given(source: string, events: readonly string[]): string[] {
  return ['    given:', `      ${source}:`, ...events.map((event) => `        - ${event}`)]
}

/** JSON is YAML, but for what the test file would take for itself. */
function eventLine({ root }: SampleRecord, columns: readonly Column[]): string {
  const hidden = columns.filter(({ hashed }) => hashed)
  const text = jsonText(root, (path, node) => {
    const column = hidden.find(({ finding }) => finding?.path.join('\0') === path.join('\0'))
    return column === undefined || node.kind !== 'string' ? undefined : JSON.stringify(madeUp(column))
  })
  const own = root.entries.some(({ key }) => FORMS.includes(key))
  const risky = text.includes('${') || text.length > 900 || /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text)
  return own || risky || root.entries.length === 0 ? `raw: ${JSON.stringify(text.replaceAll('${', () => '$${'))}` : text
}

function madeUp({ finding }: Column): string {
  return finding?.format === 'email' ? 'somebody@example.com' : 'made-up'
}

/** An hour that none of the events lies beyond. */
function clock(records: readonly SampleRecord[], time: EventTime): string {
  const instants = records.flatMap(({ root }) => time.instant(root) ?? [])
  const newest = instants.length === 0 ? Date.UTC(2026, 0, 1, 12) : Math.max(...instants)
  return new Date(Math.ceil(newest / HOUR) * HOUR).toISOString().replace('.000', '')
}
