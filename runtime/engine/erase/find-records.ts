import { quoteText } from '#dialect/duckdb'
import { planScan, scanSql, type Catalog, type Identifier, type Localizer } from '#lake'
import type { Plan } from '#plan'
import type { Session } from '../embedded/session.ts'
import { quarantineName } from '../tables.ts'
import type { RecordPlace } from './erasure.ts'
import { openMatcher, type Matcher } from './matcher.ts'
import { numberBytesPattern } from './number-forms.ts'
import { subjectIn, subjectTexts, type Subject } from './subject.ts'

interface Place {
  readonly session: Session
  readonly catalog: Catalog
  readonly localizer: Localizer
}

/**
 * The records of a pipeline that are about the subject, by source: those in bronze, and those in quarantine, whose bronze row
 * may have expired. Deleted rows count too.
 */
export async function findRecords(place: Place, plan: Plan, subject: Subject): Promise<Record<string, RecordPlace[]>> {
  const found = new Map<string, Map<string, RecordPlace>>()
  const matchers = new Map(plan.sources.map((source) => [source.name, openMatcher(subjectIn(subject, [source]))]))
  const looked = { subject, matchers, found }
  for (const { name, bronze } of plan.sources) await findIn(place, bronze.table, quoteText(name), looked)
  await findIn(place, quarantineName(plan), 'source', looked)
  return Object.fromEntries([...found].map(([source, places]) => [source, [...places.values()]]))
}

interface Search {
  readonly subject: Subject
  /** By source: each has a contract of its own. */
  readonly matchers: ReadonlyMap<string, Matcher>
  readonly found: Map<string, Map<string, RecordPlace>>
}

async function findIn(
  { session, catalog, localizer }: Place,
  identifier: Identifier,
  source: string,
  { subject, matchers, found }: Search,
): Promise<void> {
  const table = await catalog.load(identifier)
  if (table === undefined) return
  const anyOther = openMatcher(subject)
  const scan = await planScan(catalog, table)
  for (const { file } of scan.tasks) {
    const plan = { ...scan, tasks: [{ file, deletes: [] }] }
    const local = await localizer.fetch(plan)
    try {
      const rows = await session.rows(`select ${source} as source, kafka_partition::integer as part,
        kafka_offset::varchar as place, kafka_key, kafka_value from (${scanSql(plan, local.paths)})
        where ${[mayHold('kafka_key', subject), mayHold('kafka_value', subject)].join(' or ')}`)
      for (const row of rows) {
        const [key, value] = [row.kafka_key, row.kafka_value] as (Uint8Array | null)[]
        const matcher = matchers.get(row.source as string) ?? anyOther
        if (!matcher.inRecord({ key: key ?? null, value: value ?? null })) continue
        const places = found.get(row.source as string) ?? new Map<string, RecordPlace>()
        found.set(row.source as string, places)
        places.set(`${String(row.part)} ${String(row.place)}`, [Number(row.part), row.place as string])
      }
    } finally {
      local.release()
    }
  }
}

/** SQL for a binary column: cheap, and never false where the bytes hold the subject: JSON may write any character as an escape. */
export function mayHold(column: string, subject: Subject): string {
  const hex = `hex(${column})`
  const texts = subjectTexts(subject).map(
    (text) => `contains(${hex}, '${Buffer.from(text).toString('hex').toUpperCase()}')`,
  )
  const { value, numbers } = subject
  const number = numbers === undefined ? [] : [`regexp_matches(${hex}, '${numberBytesPattern(value, numbers)}')`]
  return [`contains(${hex}, '5C')`, ...texts, ...number].join(' or ')
}
