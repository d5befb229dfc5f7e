import type { Located, MaybeSecret, SecretRef } from '../nodes.ts'
import { fieldName, reportAt } from '../reading.ts'
import { mapKind, type Kind } from './kind.ts'
import { parseTemplate } from '../template/parse-template.ts'
import type { YamlNode } from '../yaml/tree.ts'
import { readScalarOrSecret } from './scalar.ts'

/** A secret by name: `${secrets.NAME}` and nothing else. The value itself is never read here. */
export const secret: Kind<Located<SecretRef>> = {
  expects: 'a secret such as `${secrets.NAME}`',
  shape: { type: 'secret' },
  read: (node, reading) => {
    // Whether a variable is set does not matter, and what looks like a broken placeholder may be part of a secret.
    const filled = holdsValue(node) ? { secret: undefined } : readScalarOrSecret(node, secret.expects, reading)
    if (filled === undefined) return undefined
    if (filled.secret === undefined) {
      reportAt(reading, 'spec/plain-secret', { field: fieldName(node) }, node)
      return undefined
    }
    return { value: { secret: filled.secret }, span: node.span, pointer: node.pointer }
  },
}

function holdsValue(node: YamlNode): boolean {
  if (node.kind !== 'scalar') return false
  return parseTemplate(node.text).some((part) => {
    return part.kind === 'broken' || (part.kind === 'placeholder' && ['env', 'params'].includes(part.namespace))
  })
}

/** As `secret`, the name alone. */
export const secretName: Kind<SecretRef> = mapKind(secret, ({ value }) => value)

/** A text that may be a secret: a user name, for example, which some keep secret and others do not. */
export const textOrSecret: Kind<MaybeSecret> = {
  expects: 'a text, or a secret such as `${secrets.NAME}`',
  shape: { type: 'either', options: [{ type: 'text', expects: 'a text' }, { type: 'secret' }] },
  read: (node, reading) => {
    const filled = readScalarOrSecret(node, textOrSecret.expects, reading)
    if (filled === undefined) return undefined
    if (filled.secret !== undefined) return { secret: filled.secret }
    if (typeof filled.value === 'string' || filled.filled) return filled.text
    const params = { field: fieldName(node), expected: textOrSecret.expects, found: `\`${filled.text}\`` }
    reportAt(reading, 'spec/wrong-type', params, node)
    return undefined
  },
}
