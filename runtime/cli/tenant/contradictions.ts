import type { TenantNode } from '#spec'
import type { Call } from '../command.ts'

/** The options of `smelt tenant new` that are not so in the file of a tenant, each with what the file has. */
export function contradictions(call: Call, node: TenantNode): string[] {
  const environment = call.text('environment') ?? 'prod'
  const cloud = node.environments.find(({ name }) => name === environment)?.node
  const levels = Object.values(node.classification ?? {})
  const cases: readonly (readonly [option: string, given: readonly string[], has: readonly (string | undefined)[]])[] =
    [
      ['name', one(call, 'name'), [node.name?.value]],
      ['pipeline', listOf(call, 'pipeline'), node.pipelines.map(({ name }) => name)],
      ['environment', one(call, 'environment'), node.environments.map(({ name }) => name)],
      ['region', one(call, 'region'), [cloud?.region.value]],
      ['account', one(call, 'account'), [cloud?.accountId.value]],
      ['vpc', listOf(call, 'vpc'), (cloud?.vpcIds ?? []).map(({ value }) => value)],
      ['residency', listOf(call, 'residency'), node.residency ?? []],
      ['sensitivity', one(call, 'sensitivity'), levels],
      ['owner', one(call, 'owner'), [node.contacts?.owner]],
    ]
  return cases.flatMap(([option, given, all]) => {
    const has = all.filter((each) => each !== undefined)
    const other = given.filter((each) => !has.includes(each))
    if (other.length === 0) return []
    const known = has.length === 0 ? 'nothing' : [...new Set(has)].map((each) => `\`${each}\``).join(', ')
    return [`\`--${option}\` is \`${other.join(', ')}\`, the file has ${known}`]
  })
}

function one({ text }: Call, option: string): string[] {
  const given = text(option)
  return given === undefined ? [] : [given]
}

/** The values of an option that takes several, apart or with commas. */
export function listOf({ list }: Call, option: string): readonly string[] {
  return list(option)
    .flatMap((each) => each.split(','))
    .filter((each) => each !== '')
}
