import { diagnostic, replacement, type Diagnostic, type Span } from '#diagnostics'
import { isTenantId, type TenantNode } from '#spec'
import type { FileReader } from './load-base.ts'
import { RENDERED, tenantNames } from './names.ts'
import type { TenantHistory } from './vanished.ts'

/** An id that a tenant had, and what shows it. */
interface FormerId {
  readonly was: string
  /** The rendered file that has it; none where the newest commit does. */
  readonly rendered?: Span
}

/**
 * The tenants whose id is another than what was rendered for them has, or than their file had at the newest commit: at most one
 * error each. Nothing is told of one that has no id, or had none that was one.
 */
export function changedIds(
  tenants: readonly TenantNode[],
  files: Pick<FileReader, 'read' | 'list'>,
  { ids }: Pick<TenantHistory, 'ids'>,
): Diagnostic[] {
  const rendered = files.list(RENDERED).map((name) => ({ name, tenants: new Set(files.list(`${RENDERED}/${name}`)) }))
  const shared = sharedIds(ids)
  return tenants.flatMap((tenant) => {
    const environments = rendered.filter((each) => each.tenants.has(tenant.key)).map(({ name }) => name)
    const committed = ids.get(tenant.file.replace(/^tenants\//, ''))
    const former: FormerId[] = [
      ...environments.sort().flatMap((environment) => renderedId(tenant, environment, files)),
      // Who mends an id that two had gives one of them another.
      ...(committed === undefined || shared.has(committed) ? [] : [{ was: committed }]),
    ]
    return changeOf(tenant, former)
  })
}

function changeOf({ key, id }: TenantNode, former: readonly FormerId[]): Diagnostic[] {
  const other = former.find(({ was }) => was !== id?.value && isTenantId(was))
  if (id === undefined || other === undefined) return []
  const { was, rendered } = other
  const { span, pointer } = id
  const related = rendered === undefined ? {} : { related: [{ message: 'this was made under it', span: rendered }] }
  const fix = replacement(span, id.value, was, 'maybe')
  return [
    diagnostic(
      'tenant/id-changed',
      { key, id: id.value, was, file: rendered?.file },
      { span, pointer, fix, ...related },
    ),
  ]
}

function sharedIds(ids: TenantHistory['ids']): ReadonlySet<string> {
  const seen = new Set<string>()
  return new Set([...ids.values()].filter((id) => seen.has(id) || !seen.add(id)))
}

/** The id in what `smelt tenant apply` wrote of the lake of a tenant; none in a file that somebody else wrote. */
function renderedId(tenant: TenantNode, environment: string, files: Pick<FileReader, 'read'>): FormerId[] {
  const file = `${tenantNames(tenant).rendered(environment)}/lake.json`
  const text = files.read(file) ?? ''
  const found = /^ {2}"id": "([^"]+)"/m.exec(text)
  const was = found?.[1]
  if (found === null || was === undefined) return []
  const line = text.slice(0, found.index).split('\n').length
  const place = (at: number): Span['start'] => ({ offset: found.index + at, line, column: at + 1 })
  return [{ was, rendered: { file, start: place(2), end: place(found[0].length) } }]
}
