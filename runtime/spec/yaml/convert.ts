import { isAlias, isMap, isScalar, isSeq, type Document, type Pair, type ParsedNode, type Scalar } from 'yaml'
import { diagnostic, type Diagnostic, type Span } from '#diagnostics'
import { ScalarOffsets } from './offsets.ts'
import { isMasked, unmask } from './placeholders.ts'
import { spanBetween, type SourceText } from './source-text.ts'
import { pointerTo, type YamlEntry, type YamlNode, type YamlScalar } from './tree.ts'

interface Conversion {
  readonly source: SourceText
  /** The text the library saw, placeholders masked; offsets are the same. */
  readonly masked: string
  readonly diagnostics: Diagnostic[]
  /** Set when a node has no value that could stand for it, so that nothing can be said about the whole. */
  unreadable: boolean
}

interface Place {
  readonly pointer: string
  readonly keySpan?: Span
}

/** The library's document as our tree, with every feature we refuse reported at its place. */
export function convertDocument(
  document: Document.Parsed,
  source: SourceText,
  masked: string,
): { root?: YamlNode; diagnostics: Diagnostic[] } {
  const conversion: Conversion = { source, masked, diagnostics: [], unreadable: false }
  const head = source.text.slice(0, document.contents?.range[0])
  const directive = /^%[^\r\n]*/m.exec(head)
  if (directive !== null) {
    const span = spanBetween(source, directive.index, directive.index + directive[0].length)
    refuse(conversion, `directive \`${directive[0]}\``, 'Remove the line: files are YAML 1.2 without tags.', span)
  }
  const root = document.contents === null ? undefined : convert(document.contents, conversion, { pointer: '' })
  const { diagnostics } = conversion
  return root === undefined || conversion.unreadable ? { diagnostics } : { root, diagnostics }
}

function convert(node: ParsedNode, conversion: Conversion, { pointer, keySpan }: Place): YamlNode {
  const [start, end] = node.range
  const span = spanBetween(conversion.source, start, trimmedEnd(conversion.source.text, start, end))
  const place = { span, keySpan: keySpan ?? span, pointer }
  if (isAlias(node)) {
    refuse(conversion, `alias \`*${node.source}\``, 'Write the value out, or make it a param.', span, true)
    return { kind: 'scalar', ...place, text: '', value: null, offsets: [] }
  }
  if (node.anchor !== undefined) {
    const mark = before(`&${node.anchor}`, start, conversion.source)
    refuse(conversion, `anchor \`&${node.anchor}\``, 'Remove the anchor: there are no aliases to use it.', mark)
  }
  if (node.tag !== undefined) {
    const mark = before('!', start, conversion.source)
    refuse(conversion, `tag \`${node.tag}\``, 'Remove the tag: the field has its type.', mark)
  }
  if (isMap(node)) return { kind: 'mapping', ...place, entries: entriesOf(node.items, conversion, pointer) }
  if (isSeq(node)) {
    const items = node.items.map((item, index) => convert(item, conversion, { pointer: pointerTo(pointer, index) }))
    return { kind: 'sequence', ...place, items }
  }
  return { kind: 'scalar', ...place, ...scalar(node, conversion) }
}

function scalar(node: Scalar.Parsed, { source, masked }: Conversion): Pick<YamlScalar, 'text' | 'value' | 'offsets'> {
  const [start, end] = node.range
  const { value } = node
  const seen = typeof value === 'string' ? value : node.source
  const offsets = new ScalarOffsets(seen, masked, start, end)
  const text = isMasked(seen) ? unmask(seen, offsets, source.text) : seen
  const plain = typeof value === 'number' || typeof value === 'boolean' || value === null
  return { text, value: plain ? value : text, offsets }
}

function entriesOf(
  pairs: readonly Pair<ParsedNode, ParsedNode | null>[],
  conversion: Conversion,
  pointer: string,
): YamlEntry[] {
  const entries = new Map<string, YamlEntry>()
  for (const pair of pairs) {
    const entry = convertPair(pair, conversion, pointer)
    if (entry === undefined) continue
    const earlier = entries.get(entry.name)
    if (earlier === undefined) entries.set(entry.name, entry)
    else {
      const related = [{ message: 'it stands here first', span: earlier.key }]
      const where = { span: entry.key, pointer: pointerTo(pointer, entry.name), related }
      conversion.diagnostics.push(diagnostic('yaml/duplicate-key', { key: entry.name }, where))
    }
  }
  return [...entries.values()]
}

function convertPair(
  { key, value }: Pair<ParsedNode, ParsedNode | null>,
  conversion: Conversion,
  parent: string,
): YamlEntry | undefined {
  const [start, end] = key.range
  const keySpan = spanBetween(conversion.source, start, end)
  if (!isScalar(key) || (key.value === null && key.source === '')) {
    conversion.diagnostics.push(diagnostic('yaml/key-not-text', {}, { span: keySpan, pointer: parent }))
    conversion.unreadable = true
    return undefined
  }
  const name = scalar(key, conversion).text
  if (key.anchor !== undefined || key.tag !== undefined) {
    refuse(conversion, 'anchor or tag on a key', 'Remove it from the key.', keySpan)
  }
  if (name === '<<' && key.type === 'PLAIN') {
    refuse(conversion, 'merge key `<<`', 'Write the fields out, or make the values params.', keySpan, true)
    return undefined
  }
  const pointer = pointerTo(parent, name)
  const place = { pointer, keySpan }
  if (value !== null) return { name, key: keySpan, value: convert(value, conversion, place) }
  return { name, key: keySpan, value: { kind: 'scalar', span: keySpan, ...place, text: '', value: null, offsets: [] } }
}

/** The last `text` that ends before offset `end`, where the library does not tell. */
function before(text: string, end: number, source: SourceText): Span {
  const start = Math.max(0, source.text.lastIndexOf(text, end - text.length))
  return spanBetween(source, start, start + text.length)
}

function refuse(conversion: Conversion, feature: string, instead: string, span: Span, unreadable = false): void {
  conversion.diagnostics.push(diagnostic('yaml/unsupported', { feature, instead }, { span }))
  if (unreadable) conversion.unreadable = true
}

/** Collections and block scalars end after their last line; a mark that runs on into blank lines helps nobody. */
function trimmedEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length
}
