import { DuckDBTimestampValue, type DuckDBAppender } from '@duckdb/node-api'
import { doubtedRelation, explainedRelation, refuseExplainedSql, type SourceNode } from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import type { Counts } from '../accounting.ts'
import type { Explain, Instance } from './instance.ts'

/** Records that are in JavaScript's memory at a time. */
const SLICE_ROWS = 8_192

/**
 * Gives the records that the fast predicate refused to the row-by-row reference: those it accepts go back with their
 * canonical text, the rest are listed in `refusals`, with code, path and message.
 */
export async function explainRefused(
  instance: Instance,
  source: SourceNode,
  refusals: string[],
): Promise<{ readonly accepted: number; readonly quarantined: Counts }> {
  const { session } = instance
  const { name } = source.plan
  const explain = instance.explainers.get(name)
  if (explain === undefined) throw smeltError('internal/bug', { detail: `no explainer for source ${name}` })
  const explained = explainedRelation(name)
  const doubted = await session.count([
    `truncate ${explained}`,
    source.sql.doubt,
    `select count(*) from ${doubtedRelation(name)}`,
  ])
  const quarantined: Record<string, number> = {}
  let accepted = 0
  for (let from = 0; from < doubted; from += SLICE_ROWS) {
    const appender = await session.connection.createAppender(explained.replaceAll('"', ''))
    for (const row of await session.rows(source.sql.doubted(from, from + SLICE_ROWS))) {
      const verdict = explain(row.kafka_value as Uint8Array | null)
      if (verdict.ok) accepted += 1
      else quarantined[verdict.code] = (quarantined[verdict.code] ?? 0) + 1
      appendVerdict(appender, row, verdict)
    }
    appender.closeSync()
  }
  if (accepted < doubted) refusals.push(refuseExplainedSql(name))
  return { accepted, quarantined }
}

function appendVerdict(appender: DuckDBAppender, row: Record<string, unknown>, verdict: ReturnType<Explain>): void {
  appender.appendInteger(Number(row.kafka_partition))
  appender.appendBigInt(row.kafka_offset as bigint)
  appender.appendTimestamp(new DuckDBTimestampValue(row.kafka_timestamp as bigint))
  const texts = verdict.ok ? [null, null, null, verdict.text] : [verdict.code, verdict.path, verdict.message, null]
  for (const text of texts) appendText(appender, text)
  appender.endRow()
}

function appendText(appender: DuckDBAppender, text: string | null): void {
  if (text === null) appender.appendNull()
  else appender.appendVarchar(text)
}
