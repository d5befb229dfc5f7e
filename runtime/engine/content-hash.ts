/**
 * A query for the content hash of a relation: equal for equal rows, whatever their order and the files they lie in.
 * Each row's hash is summed, so that a row there twice does not cancel itself; the count goes in too. One row: hash.
 */
export function contentHashSql(relation: string, columns: readonly string[]): string {
  const row = columns.map((column) => `coalesce(${column}::varchar, '\\0')`).join(` || chr(31) || `)
  return `select md5(count(*)::varchar || ':' || coalesce(sum(md5_number_lower(${row})::hugeint), 0)::varchar
    || ':' || coalesce(sum(md5_number_upper(${row})::hugeint), 0)::varchar) as hash from ${relation}`
}
