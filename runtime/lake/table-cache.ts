import type { Identifier, Table } from './catalog.ts'

/** What a process knows of tables it loaded or committed. */
export interface TableCache {
  table(identifier: Identifier): Table | undefined
  remember(table: Table): void
  forget(identifier: Identifier): void
}
