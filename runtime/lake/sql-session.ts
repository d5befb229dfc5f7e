/** The little of a DuckDB connection that staging needs. Values of `rows` may come in any of the binding's forms. */
export interface SqlSession {
  run(sql: string): Promise<void>
  rows(sql: string): Promise<Record<string, unknown>[]>
}
