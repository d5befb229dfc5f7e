import { diagnostic, type Diagnostic } from '#diagnostics'
import { TENANT_KEY, type TenantNode } from '#spec'
import { startOf } from './missing-pipeline.ts'
import { isTenantKey } from './tenant-key.ts'

/**
 * The tenants, each with what is wrong with its key or id; such a tenant has no instances. Of tenants whose keys begin alike, or
 * that share an id, it is every one: which of them had it first, no file says.
 */
export function judgeTenants(
  tenants: readonly TenantNode[],
): { readonly tenant: TenantNode; readonly problem: Diagnostic | undefined }[] {
  const keys = grouped(tenants, ({ key }) => [key])
  const ids = grouped(tenants, ({ id }) => (id === undefined ? [] : [id.value]))
  const longer = grouped(tenants, beginnings)
  return tenants.map((tenant) => {
    const problem =
      keyProblem(tenant, keys.get(tenant.key)?.[0]) ??
      prefixProblem(
        tenant,
        beginnings(tenant).flatMap((key) => keys.get(key) ?? [])[0],
        longer.get(tenant.key) ?? [],
      ) ??
      idProblem(tenant, ids.get(tenant.id?.value ?? '') ?? [])
    return { tenant, problem }
  })
}

function keyProblem({ key, file }: TenantNode, first: TenantNode | undefined): Diagnostic | undefined {
  const where = { span: startOf(file), pointer: '' }
  if (!isTenantKey(key)) return diagnostic('tenant/bad-key', { key, rule: TENANT_KEY.says }, where)
  if (first !== undefined && first.file !== file)
    return diagnostic('tenant/duplicate-key', { key, file, other: first.file }, where)
  return file.endsWith('.yml') ? diagnostic('tenant/not-yaml', { key, file }, where) : undefined
}

/** What a key begins with that may be no key of another tenant: of `acme-eu-1` `acme-eu` and `acme`. */
function beginnings({ key }: TenantNode): string[] {
  const words = isTenantKey(key) ? key.split('-') : []
  return words
    .map((_, at) => words.slice(0, at).join('-'))
    .slice(1)
    .reverse()
}

/** `acme-eu` beside `acme`: what is allowed to every name that begins with `acme-` would be allowed to it. Told at both. */
function prefixProblem(
  { key, file }: TenantNode,
  shorter: TenantNode | undefined,
  longer: readonly TenantNode[],
): Diagnostic | undefined {
  const others = shorter === undefined ? longer : [shorter]
  const [first] = others
  if (first === undefined) return undefined
  const params = shorter === undefined ? { key: first.key, other: key } : { key, other: first.key }
  const related = others.map((each) => ({ message: 'it is this one', span: startOf(each.file) }))
  return diagnostic('tenant/prefix-collision', params, { span: startOf(file), pointer: '', related })
}

/** How many are named of those that share an id. */
const MOST_NAMED = 5

function idProblem({ key, id }: TenantNode, all: readonly TenantNode[]): Diagnostic | undefined {
  const others = all.filter((each) => each.key !== key).slice(0, MOST_NAMED)
  if (id === undefined || others.length === 0) return undefined
  const related = others.flatMap((each) =>
    each.id === undefined ? [] : [{ message: 'it is that of this tenant too', span: each.id.span }],
  )
  const params = { id: id.value, others: others.map((each) => each.key) }
  return diagnostic('tenant/duplicate-id', params, { span: id.span, pointer: id.pointer, related })
}

/** The tenants under each of the names that they go by, in their order. */
function grouped(
  tenants: readonly TenantNode[],
  namesOf: (tenant: TenantNode) => readonly string[],
): ReadonlyMap<string, readonly TenantNode[]> {
  const groups = new Map<string, TenantNode[]>()
  for (const tenant of tenants)
    for (const name of namesOf(tenant)) {
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [tenant])
      else group.push(tenant)
    }
  return groups
}
