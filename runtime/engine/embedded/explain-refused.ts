import { DuckDBTimestampValue, type DuckDBAppender } from '@duckdb/node-api'
import { explainedRelation, refuseExplainedSql, type SourceNode } from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import type { Counts } from '../accounting.ts'
import type { Instance } from './instance.ts'

/**
 * Gives the records that the fast predicate refused to the row-by-row reference: those it accepts go back with their
 * canonical text, the rest go to quarantine with code, path and message.
 */
export async function explainRefused(
  instance: Instance,
  source: SourceNode,
): Promise<{ readonly accepted: number; readonly quarantined: Counts }> {
  const { session } = instance
  const { name } = source.plan
  const explain = instance.explainers.get(name)
  if (explain === undefined) throw smeltError('internal/bug', { detail: `no explainer for source ${name}` })
  const explained = explainedRelation(name)
  await session.run(`truncate ${explained}`)
  const refused = await session.rows(source.sql.refused)
  if (refused.length === 0) return { accepted: 0, quarantined: {} }

  const quarantined: Record<string, number> = {}
  let accepted = 0
  const appender = await session.connection.createAppender(explained.replaceAll('"', ''))
  for (const row of refused) {
    const verdict = explain(row.kafka_value as Uint8Array | null)
    appender.appendInteger(Number(row.kafka_partition))
    appender.appendBigInt(row.kafka_offset as bigint)
    appender.appendTimestamp(new DuckDBTimestampValue(row.kafka_timestamp as bigint))
    if (verdict.ok) accepted += 1
    else quarantined[verdict.code] = (quarantined[verdict.code] ?? 0) + 1
    for (const text of verdict.ok
      ? [null, null, null, verdict.text]
      : [verdict.code, verdict.path, verdict.message, null]) {
      appendText(appender, text)
    }
    appender.endRow()
  }
  appender.closeSync()
  if (accepted < refused.length) await session.run(refuseExplainedSql(name))
  return { accepted, quarantined }
}

function appendText(appender: DuckDBAppender, text: string | null): void {
  if (text === null) appender.appendNull()
  else appender.appendVarchar(text)
}
