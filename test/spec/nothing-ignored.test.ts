import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '#diagnostics'
import { parsePipeline, parseProject, parseTenant, parseTest } from '#spec'
import { readYaml } from '../../runtime/spec/yaml/read-yaml.ts'
import { sourceText } from '../../runtime/spec/yaml/source-text.ts'
import type { YamlMapping, YamlNode } from '../../runtime/spec/yaml/tree.ts'

interface Parsed {
  readonly node?: object
  readonly diagnostics: readonly Diagnostic[]
}

const env = (): undefined => undefined
const files: readonly (readonly [string, (text: string) => Parsed])[] = [
  ['pipelines/inventory-compliance/pipeline.yaml', (text) => parsePipeline({ file: 'a.yaml', text, env })],
  ['smelt.yaml', (text) => parseProject({ file: 'a.yaml', text, env })],
  ['pipelines/inventory-compliance/tests/gold.yaml', (text) => parseTest({ file: 'a.yaml', text })],
  ['tenants/globex.yaml', (text) => parseTenant({ file: 'a.yaml', text, env })],
]

function mappingsOf(node: YamlNode): YamlMapping[] {
  if (node.kind === 'scalar') return []
  if (node.kind === 'sequence') return node.items.flatMap(mappingsOf)
  const below = node.entries.flatMap(({ value }) => mappingsOf(value))
  return node.entries.length === 0 ? below : [node, ...below]
}

function scalarsOf(node: YamlNode): YamlNode[] {
  if (node.kind === 'scalar') return [node]
  return (node.kind === 'sequence' ? node.items : node.entries.map(({ value }) => value)).flatMap(scalarsOf)
}

/** The text with `entry` put in front of the first key of `mapping`. */
function withEntry(text: string, mapping: YamlMapping, entry: string): string {
  const first = mapping.entries[0]
  if (first === undefined) throw new Error('empty mapping')
  const { offset, line, column } = first.key.start
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const block = /^[\s-]*$/.test(text.slice(start, offset)) && line > 0
  const separator = block ? `\n${' '.repeat(column - 1)}` : ', '
  return text.slice(0, offset) + entry + separator + text.slice(offset)
}

/** All that a parsed file says, without its places. */
function content(node: object | undefined): string {
  const places = new Set(['span', 'pointer', 'offsets', 'lineStarts'])
  return JSON.stringify(node, (key, value: unknown): unknown => {
    if (places.has(key)) return undefined
    return value instanceof Map ? [...value] : value
  })
}

describe.each(files)('nothing is ignored in %s', (file, parse) => {
  const text = readFileSync(file, 'utf8')
  const { root } = readYaml(sourceText(file, text), 'test')
  const mappings = root === undefined ? [] : mappingsOf(root)
  const scalars = root === undefined ? [] : scalarsOf(root)

  it('has mappings to try', () => {
    expect(parse(text).diagnostics).toEqual([])
    expect(mappings.length).toBeGreaterThan(2)
  })

  it.each(mappings.map((each): [string, YamlMapping] => [each.pointer, each]))('a new key in `%s`', (_, mapping) => {
    const { node, diagnostics } = parse(withEntry(text, mapping, 'zzz_new: zzz_value'))
    const said = diagnostics.some(({ message }) => message.includes('zzz_new'))
    expect(said || content(node).includes('zzz_new')).toBe(true)
  })

  it.each(scalars.map((each): [string, YamlNode] => [each.pointer, each]))('another value of `%s`', (_, { span }) => {
    const changed = `${text.slice(0, span.start.offset)}zzz_value ${text.slice(span.end.offset)}`
    const { node, diagnostics } = parse(changed)
    expect(diagnostics.length > 0 || content(node).includes('zzz_value')).toBe(true)
  })
})
