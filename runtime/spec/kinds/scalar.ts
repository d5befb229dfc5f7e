import type { Located } from '../nodes.ts'
import { fieldName, reportAt, type Reading } from '../reading.ts'
import { fillTemplate, type Filled } from '../template/fill-template.ts'
import type { YamlNode } from '../yaml/tree.ts'
import { describeValue } from './describe.ts'
import type { Kind, Shape } from './kind.ts'
import { isMissing, reportWrongType } from './wrong-type.ts'

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
      const asText = filled.filled && spec.takes.includes('string')
      if (!asText && !spec.takes.some((type) => type === typeof filled.value)) {
        const found = describeValue(filled.value, filled.text)
        reportAt(reading, 'spec/wrong-type', { field: fieldName(node), expected: spec.expects, found }, node)
        return undefined
      }
      const value = spec.accept(filled)
      if (value !== undefined) return { value, span: node.span, pointer: node.pointer }
      const params = { field: fieldName(node), value: filled.text.slice(0, 60), expected: spec.expects }
      reportAt(reading, 'spec/bad-value', params, node)
      return undefined
    },
  }
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
