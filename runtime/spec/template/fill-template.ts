import { misspelling, misspeltWord, nearestMatch } from '#diagnostics'
import { definedHere } from '../defined-here.ts'
import type { Offsets } from '../nodes.ts'
import { reportAt, type ParamValue, type Reading } from '../reading.ts'
import { SECRET_VARIABLE } from '../environment-variables.ts'
import { spanBetween } from '../yaml/source-text.ts'
import type { YamlScalar } from '../yaml/tree.ts'
import { parseTemplate, type TemplatePart } from './parse-template.ts'

/** A scalar with its placeholders filled in. */
export interface Filled {
  readonly text: string
  readonly value: string | number | boolean | null
  /** As in the scalar; what a placeholder brought stands at the placeholder. */
  readonly offsets: Offsets
  /** True when a placeholder was filled: a text field then takes any value as text. */
  readonly filled: boolean
  /** The name of the secret, when the scalar is `${secrets.NAME}` and nothing else. */
  readonly secret?: string
}

const NAMESPACES = ['params', 'env', 'secrets']

type Placeholder = Extract<TemplatePart, { kind: 'placeholder' }>

/**
 * Fills the placeholders of `node`. A scalar that is one `${params.x}` has the param's own type; any other filled text
 * is read as YAML's core schema reads a plain scalar. Undefined when a placeholder has no value: reported, unless it
 * is only not known yet.
 */
export function fillTemplate(node: YamlScalar, reading: Reading): Filled | undefined {
  if (!node.text.includes('${')) return { text: node.text, value: node.value, offsets: node.offsets, filled: false }
  const parts = parseTemplate(node.text)
  const [only] = parts
  const whole = parts.length === 1 && only?.kind === 'placeholder' ? only : undefined
  if (whole?.namespace === 'secrets') return { text: '', value: null, offsets: [], filled: true, secret: whole.name }
  let text = ''
  let complete = true
  const offsets: number[] = []
  for (const part of parts) {
    const value = part.kind === 'text' ? part.text : valueOf(part, node, reading)
    if (value === undefined) complete = false
    else {
      const shift = (index: number): number =>
        part.kind === 'text' ? Math.min(part.start + index, part.end - 1) : part.start
      for (let index = 0; index < String(value).length; index++)
        offsets.push(node.offsets.at(shift(index)) ?? node.span.start.offset)
      text += String(value)
      if (whole !== undefined && whole.namespace === 'params') {
        return { text, value, offsets: [...offsets, endOf(node)], filled: true }
      }
    }
  }
  if (!complete) return undefined
  offsets.push(endOf(node))
  const filled = parts.some((part) => part.kind === 'placeholder')
  return { text, value: filled ? coreValue(text) : text, offsets, filled }
}

/** Where the last character that was written ends. */
function endOf({ offsets, span }: YamlScalar): number {
  return offsets.at(-1) ?? span.end.offset
}

function valueOf(
  part: Exclude<TemplatePart, { kind: 'text' }>,
  node: YamlScalar,
  reading: Reading,
): ParamValue | undefined {
  const place = {
    get span() {
      return spanOf(part, node, reading)
    },
    pointer: node.pointer,
  }
  if (part.kind === 'broken') {
    reportAt(reading, 'spec/bad-placeholder', { text: part.text }, place)
    return undefined
  }
  switch (part.namespace) {
    case 'params':
      return paramValue(part, node, place, reading)
    case 'env':
      return envValue(part, place, reading)
    case 'secrets':
      reportAt(reading, 'spec/secret-in-text', { secret: part.name }, place)
      return undefined
    default: {
      const nearest = nearestMatch(part.namespace, NAMESPACES)
      const at = { start: part.start + 2, end: part.start + 2 + part.namespace.length }
      const fix = misspeltWord(spanOf(at, node, reading), part.namespace, nearest, NAMESPACES)
      reportAt(reading, 'spec/unknown-namespace', { namespace: part.namespace, nearest }, place, fix)
      return undefined
    }
  }
}

function paramValue(
  { name, start }: Placeholder,
  node: YamlScalar,
  at: Pick<YamlScalar, 'span' | 'pointer'>,
  reading: Reading,
): ParamValue | undefined {
  const { params } = reading
  if (params === undefined) {
    reportAt(reading, 'spec/params-not-here', { param: name }, at)
    return undefined
  }
  reading.used?.add(name)
  if (!params.has(name)) {
    const known = [...params.keys()]
    const nearest = nearestMatch(name, known)
    const from = start + '${params.'.length
    const fix = misspelling(spanOf({ start: from, end: from + name.length }, node, reading), name, nearest)
    const related = definedHere(reading.declared ?? [], nearest)
    reportAt(reading, 'spec/unknown-param', { param: name, nearest, known }, at, { ...fix, ...related })
    return undefined
  }
  const value = params.get(name)
  if (value === undefined) reading.unknown.push(at.pointer)
  return value
}

function envValue(part: Placeholder, at: Pick<YamlScalar, 'span' | 'pointer'>, reading: Reading): string | undefined {
  const needed = reading.needsEnv(at.pointer)
  const found = reading.env(part.name, needed)
  if (found === SECRET_VARIABLE) {
    reportAt(reading, 'spec/secret-variable', { variable: part.name }, at)
    return undefined
  }
  const value = found === undefined || found === '' ? (part.fallback ?? found) : found
  if (value !== undefined) return value
  if (needed) {
    reportAt(reading, 'spec/missing-env', { variable: part.name }, at)
    return undefined
  }
  reading.unknown.push(at.pointer)
  return undefined
}

function spanOf(part: Pick<TemplatePart, 'start' | 'end'>, node: YamlScalar, reading: Reading): YamlScalar['span'] {
  const { offsets } = node
  const start = offsets.at(part.start) ?? node.span.start.offset
  const last = offsets.at(part.end - 1) ?? start
  return spanBetween(reading.source, start, last + 1)
}

/** A text as YAML's core schema reads it unquoted. */
export function coreValue(text: string): string | number | boolean | null {
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text)
  if (/^(?:true|True|TRUE)$/.test(text)) return true
  if (/^(?:false|False|FALSE)$/.test(text)) return false
  return text
}
