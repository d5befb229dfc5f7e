import { replacement, type Fix } from '#diagnostics'
import type { Located } from '../nodes.ts'
import { fieldName, reportAt, type Reading } from '../reading.ts'
import { coreValue, fillTemplate, type Filled } from '../template/fill-template.ts'
import type { YamlNode } from '../yaml/tree.ts'
import { withoutLogins } from './address.ts'
import { describeValue } from './describe.ts'
import type { Kind, Shape } from './kind.ts'
import type { Respelling } from './respell.ts'
import { isMissing, reportWrongType } from './wrong-type.ts'

interface ScalarSpec<T> {
  readonly expects: string
  readonly shape: Shape
  /** The YAML types it is written as. A filled placeholder is text for a text field, whatever it holds. */
  readonly takes: readonly ('string' | 'number' | 'boolean')[]
  /** The value, or undefined when the text or number is not one. */
  readonly accept: (filled: Filled) => T | undefined
  /** The text as it should be written, when only its spelling is wrong. */
  readonly respell?: (text: string) => Respelling | undefined
}

/** A kind of one scalar value. Secrets are refused: only the secret kinds take them. */
export function scalar<T>(spec: ScalarSpec<T>): Kind<Located<T>> {
  return {
    expects: spec.expects,
    shape: spec.shape,
    read: (node, reading) => {
      const filled = readScalar(node, spec.expects, reading)
      if (filled === undefined) return undefined
      const asText = filled.filled && spec.takes.includes('string')
      if (!asText && !spec.takes.some((type) => type === typeof filled.value)) {
        const found = describeValue(filled.value, filled.text)
        const params = { field: fieldName(node), expected: spec.expects, found }
        reportAt(reading, 'spec/wrong-type', params, node, spellingFix(spec, node, filled, reading))
        return undefined
      }
      const value = spec.accept(filled)
      if (value !== undefined) return { value, span: node.span, pointer: node.pointer }
      const params = { field: fieldName(node), value: withoutLogins(filled.text).slice(0, 60), expected: spec.expects }
      reportAt(reading, 'spec/bad-value', params, node, spellingFix(spec, node, filled, reading))
      return undefined
    },
  }
}

/** The mend of a value that only needs quotes, needs none, or is spelled as elsewhere; never of a filled one. */
function spellingFix<T>(
  spec: ScalarSpec<T>,
  node: YamlNode,
  filled: Filled,
  { source }: Reading,
): { readonly fix?: Fix } {
  if (filled.filled) return {}
  const written = source.text.slice(node.span.start.offset, node.span.end.offset)
  const quote = /^["']/.exec(written)?.[0] ?? ''
  const needsQuotes = spec.takes.every((type) => type === 'string') && typeof filled.value !== 'string'
  if (needsQuotes && filled.value !== null && spec.accept({ ...filled, value: filled.text }) !== undefined)
    return { fix: replacement(node.span, written, `"${written}"`, 'safe') }
  const other = spec.respell?.(filled.text)
  if (other === undefined) return {}
  const text = spec.takes.includes('string') ? `${quote}${other.text}${quote}` : other.text
  const value = coreValue(other.text)
  if (text === written || spec.accept({ ...filled, text: other.text, value }) === undefined) return {}
  return { fix: replacement(node.span, written, text, other.confidence) }
}

/** The filled scalar at `node`; reports a collection, a missing value, and a secret where none may stand. */
export function readScalar(node: YamlNode, expected: string, reading: Reading): Filled | undefined {
  const filled = readScalarOrSecret(node, expected, reading)
  if (filled?.secret === undefined) return filled
  reportAt(reading, 'spec/secret-not-allowed', { field: fieldName(node), secret: filled.secret }, node)
  return undefined
}

/** As `readScalar`, for fields that may hold a secret. */
export function readScalarOrSecret(node: YamlNode, expected: string, reading: Reading): Filled | undefined {
  if (node.kind !== 'scalar' || isMissing(node)) {
    reportWrongType(node, expected, reading)
    return undefined
  }
  return fillTemplate(node, reading)
}
