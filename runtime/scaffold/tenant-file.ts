import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml'

/** A tenant file that runs one pipeline. */
export function tenantText(tenant: string, pipeline: string, hides: boolean): string {
  const key = hides ? `pii_key: ${keySecret(tenant)}\n` : ''
  return `smelt: 1\n${key}\npipelines:\n  ${pipeline}:\n`
}

/** The name of the secret under which a tenant's key for personal data is kept. */
export function keySecretName(tenant: string): string {
  return `${tenant.toUpperCase().replaceAll('-', '_')}_PII_KEY`
}

/** What adding a pipeline to a tenant file came to. */
export type TenantEdit =
  | { readonly kind: 'edited'; readonly text: string; readonly keyAdded: boolean }
  | { readonly kind: 'there' }
  /** The file is not of a form that can be edited with certainty. */
  | { readonly kind: 'unclear' }

/**
 * Adds a pipeline to the text of a tenant file, and a `pii_key` where one is needed and missing. Everything else of the
 * text stays as it is, byte for byte: comments, quotes, order.
 */
export function addPipeline(text: string, tenant: string, pipeline: string, hides: boolean): TenantEdit {
  const document = parseDocument(withoutPlaceholders(text), { keepSourceTokens: true })
  const root = document.contents
  if (document.errors.length > 0 || !isMap(root) || root.flow === true) return { kind: 'unclear' }
  const pipelines = valueOf(root, 'pipelines')
  if (isMap(pipelines) && pipelines.items.some((pair) => nameOf(pair) === pipeline)) return { kind: 'there' }
  const edited = isMap(pipelines) ? withEntry(text, pipelines, pipeline) : withPipelines(text, root, pipeline)
  if (edited === undefined) return { kind: 'unclear' }
  const keyAdded = hides && !root.items.some((pair) => nameOf(pair) === 'pii_key')
  return { kind: 'edited', text: keyAdded ? withKey(edited, root, tenant) : edited, keyAdded }
}

/** `${...}` means a flow mapping to a YAML parser; a text of the same length keeps all places. */
function withoutPlaceholders(text: string): string {
  return text.replace(/\$\{[^}\n]*\}/g, (found) => 'x'.repeat(found.length))
}

function withEntry(text: string, pipelines: YAMLMap, pipeline: string): string | undefined {
  const [first] = pipelines.items
  const [start, end] = pipelines.range ?? []
  if (start === undefined || end === undefined) return undefined
  if (pipelines.flow === true) {
    const inner = text.slice(start + 1, end - 1).trim()
    const entries = inner === '' ? '' : `${inner.replace(/,$/, '')}, `
    return /[#\n]/.test(inner) ? undefined : `${text.slice(0, start)}{ ${entries}${pipeline}: {} }${text.slice(end)}`
  }
  const key = first?.key
  const at = isScalar(key) ? key.range?.[0] : undefined
  if (at === undefined) return undefined
  const indent = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return indent.trim() === '' ? insertLine(text, lastLine(text, end), `${indent}${pipeline}:`) : undefined
}

/** A block ends where the next thing begins; blank lines and comments in between belong to what follows. */
function lastLine(text: string, end: number): number {
  let at = Math.min(end, text.length)
  for (;;) {
    const start = text.lastIndexOf('\n', at - 1) + 1
    const line = text.slice(start, at).trim()
    if (start === 0 || (line !== '' && !(line.startsWith('#') && /^\S/.test(text.slice(start))))) break
    at = start - 1
  }
  const newline = text.indexOf('\n', at)
  return newline < 0 ? text.length : newline
}

function insertLine(text: string, at: number, line: string): string {
  return `${text.slice(0, at)}\n${line}${at >= text.length ? '\n' : ''}${text.slice(at)}`
}

function withPipelines(text: string, root: YAMLMap, pipeline: string): string | undefined {
  const key = root.items.find((pair) => nameOf(pair) === 'pipelines')?.key
  if (key === undefined) return `${text.trimEnd()}\n\npipelines:\n  ${pipeline}:\n`
  const end = isScalar(key) ? key.range?.[1] : undefined
  const newline = end === undefined ? -1 : text.indexOf('\n', end)
  return end === undefined ? undefined : insertLine(text, newline < 0 ? text.length : newline, `  ${pipeline}:`)
}

/** After the version of the format, or on top; before `pipelines`, so its place is the same in the edited text. */
function withKey(text: string, root: YAMLMap, tenant: string): string {
  const line = `pii_key: ${keySecret(tenant)}`
  const places = root.items.map(nameOf)
  const version = root.items[places.indexOf('smelt')]?.key
  const at = isScalar(version) ? text.indexOf('\n', version.range?.[1] ?? 0) : -1
  const before = places.indexOf('smelt') < places.indexOf('pipelines')
  return at >= 0 && before ? insertLine(text, at, line) : `${line}\n${text}`
}

function keySecret(tenant: string): string {
  return `\${secrets.${keySecretName(tenant)}}`
}

function valueOf(map: YAMLMap, name: string): unknown {
  return map.items.find((pair) => nameOf(pair) === name)?.value
}

function nameOf({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined
}
