import { contentHashSql, type LakeQuery } from '#engine'
import { quoteName } from '#lake'
import { isNumeric } from '../query-output.ts'
import type { TextColumn } from '../table-text.ts'

/** All rows of a result, cell by cell as texts for people. */
export interface Sample {
  readonly columns: readonly TextColumn[]
  readonly rows: readonly (readonly string[])[]
}

/** A table as SQL names it, each part quoted: `acme.silver.devices`. */
export function quotedTable(table: string): string {
  return table.split('.').map(quoteName).join('.')
}

/** A hash over the rows of a table that their order, files and snapshots do not change. */
export async function contentHash(query: LakeQuery, table: string): Promise<string> {
  const relation = quotedTable(table)
  const { columns } = await sample(query, `select * from ${relation} limit 0`)
  const { rows } = await sample(
    query,
    contentHashSql(
      relation,
      columns.map(({ name }) => quoteName(name)),
    ),
  )
  return rows[0]?.[0] ?? ''
}

/** The rows of a small result. */
export async function sample(query: LakeQuery, sql: string): Promise<Sample> {
  const { columns, chunks } = await query.run(sql)
  const rows: string[][] = []
  for await (const chunk of chunks) rows.push(...chunk.map((row) => row.map(cellText)))
  return { columns: columns.map(({ name, type }) => ({ name, right: isNumeric(type) })), rows }
}

/** Quarantine by code: how many, and what is wrong with the first of them. Of its value, the telling part is shown. */
export function quarantineSql(table: string): string {
  const text = `regexp_replace(coalesce(try(decode(kafka_value)), kafka_value::varchar, 'NULL'), '"event_id":"[^"]*",', '')`
  return `select code, count(*) as records, arg_min(message, place) as "message of the first",
      left(arg_min(${text}, place), 44) as "its value"
    from (select *, kafka_partition * 1000000000000 + kafka_offset as place from ${quotedTable(table)})
    group by code order by records desc, code`
}

function cellText(json: string): string {
  if (json === 'null') return 'NULL'
  if (!json.startsWith('"')) return json
  const text: unknown = JSON.parse(json)
  return String(text)
}
