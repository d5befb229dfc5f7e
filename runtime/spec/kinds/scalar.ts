import type { Located } from '../nodes.ts'
import { fieldName, reportAt, type Reading } from '../reading.ts'
import { fillTemplate, type Filled } from '../template/fill-template.ts'
import type { YamlNode, YamlScalar } from '../yaml/tree.ts'
import { describeNode, describeValue } from './describe.ts'
import type { Kind, Shape } from './kind.ts'

interface ScalarSpec<T> {
  readonly expects: string
  readonly shape: Shape
  /** The YAML types it is written as. A filled placeholder is text for a text field, whatever it holds. */
  readonly takes: readonly ('string' | 'number' | 'boolean')[]
  /** The value, or undefined when the text or number is not one. */
  readonly accept: (filled: Filled) => T | undefined
}

/** A kind of one scalar value. Secrets are refused: only the secret kinds take them. */
export function scalar<T>(spec: ScalarSpec<T>): Kind<Located<T>> {
  return {
    expects: spec.expects,
    shape: spec.shape,
    read: (node, reading) => {
      const filled = readScalar(node, spec.expects, reading)
      if (filled === undefined) return undefined
      const field = fieldName(node)
      const asText = filled.filled && spec.takes.includes('string')
      if (!asText && !spec.takes.some((type) => type === typeof filled.value)) {
        const found = describeValue(filled.value, filled.text)
        return reportAt(reading, 'spec/wrong-type', { field, expected: spec.expects, found }, node)
      }
      const value = spec.accept(filled)
      if (value !== undefined) return { value, span: node.span, pointer: node.pointer }
      const params = { field, value: filled.text.slice(0, 60), expected: spec.expects }
      return reportAt(reading, 'spec/bad-value', params, node)
    },
  }
}

/** The filled scalar at `node`; reports a collection, a missing value, and a secret where none may stand. */
export function readScalar(node: YamlNode, expected: string, reading: Reading): Filled | undefined {
  const filled = readScalarOrSecret(node, expected, reading)
  if (filled?.secret === undefined) return filled
  return reportAt(reading, 'spec/secret-not-allowed', { field: fieldName(node), secret: filled.secret }, node)
}

/** As `readScalar`, for fields that may hold a secret. */
export function readScalarOrSecret(node: YamlNode, expected: string, reading: Reading): Filled | undefined {
  const field = fieldName(node)
  if (node.kind !== 'scalar') {
    return reportAt(reading, 'spec/wrong-type', { field, expected, found: describeNode(node) }, node)
  }
  if (isMissing(node)) return reportAt(reading, 'spec/no-value', { field, expected }, { ...node, span: node.keySpan })
  return fillTemplate(node, reading)
}

/** True for a key with nothing behind it. */
export function isMissing(node: YamlScalar): boolean {
  return node.value === null && node.text === ''
}
