import { replacement, type Fix } from '#diagnostics'
import type { Located } from '../nodes.ts'
import type { Kind } from '../kinds/kind.ts'
import { textLike } from '../kinds/text.ts'
import { reportAt, type Reading } from '../reading.ts'
import { isTenantId, TENANT_ID } from '../tenant-id.ts'
import { positionAt } from '../yaml/source-text.ts'
import type { YamlScalar } from '../yaml/tree.ts'

const form = textLike(TENANT_ID, 'the id of a tenant such as `t-7kq3m9t4dhm`')

/**
 * The id of a tenant. What stands there instead is mostly its name, which its file has already, or the number of its
 * cloud account: each is told by itself, and so is an id that is there in capitals or with blanks around.
 */
export const tenantId: Kind<Located<string>> = {
  expects: form.expects,
  shape: form.shape,
  read: (node, reading) => {
    if (node.kind !== 'scalar' || node.text === '' || isTenantId(node.text)) return form.read(node, reading)
    const meant = node.text.trim().toLowerCase()
    if (isTenantId(meant)) {
      const fix = replacement(node.span, writtenAt(node, reading), meant, 'safe')
      reportAt(reading, 'tenant/id-spelling', { id: node.text.slice(0, 60), meant }, node, { fix })
    } else if (/^\d{12}$/.test(node.text)) reportAt(reading, 'tenant/id-is-account', { id: node.text }, node)
    else if (TENANT_ID.test(meant)) reportAt(reading, 'tenant/bad-id', { id: node.text.slice(0, 60) }, node)
    else if (meant.startsWith('t-')) return form.read(node, reading)
    else {
      const fix = withoutLine(node, reading)
      reportAt(reading, 'tenant/id-is-name', { id: node.text.slice(0, 60) }, node, fix && { fix })
    }
    return undefined
  },
}

const writtenAt = ({ span }: YamlScalar, { source }: Reading): string =>
  source.text.slice(span.start.offset, span.end.offset)

/** Removes the line of a field that stands on one by itself; the key of the tenant is its file name already. */
function withoutLine({ keySpan, span }: YamlScalar, { source }: Reading): Fix | undefined {
  const start = keySpan.start.offset - (keySpan.start.column - 1)
  const end = source.text.indexOf('\n', span.end.offset) + 1
  const line = source.text.slice(start, end)
  if (end === 0 || keySpan.start.column !== 1 || !/^id:[^\n]*\n$/.test(line)) return undefined
  const edit = { span: { ...keySpan, end: positionAt(source, end) }, text: '', replaces: line }
  return { title: 'Remove the line', confidence: 'maybe', edits: [edit] }
}
