import { smeltError } from '#diagnostics'

/** A name as DuckDB SQL, whatever characters it has but U+0000, which no identifier holds: names are checked before. */
export function quoteIdentifier(name: string): string {
  if (name.includes('\0')) throw smeltError('internal/bug', { detail: 'a name holds U+0000' })
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as an SQL expression, whatever characters it has. U+0000 would end the statement, so it is spelt. */
export function quoteText(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`)
  return parts.length === 1 ? parts.join('') : `(${parts.join(' || chr(0) || ')})`
}
