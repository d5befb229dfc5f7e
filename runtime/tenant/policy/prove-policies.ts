import type { MatrixCase } from './matrix-case.ts'
import { matrixOf } from './matrix.ts'
import { applies } from './evaluate.ts'
import { mutationsOf, type Mutation } from './mutations.ts'
import { renderPolicies, type PolicyInput, type TenantPolicies } from './render-policies.ts'

/** What the proof of one tenant's policies found. Nothing broken and nothing unnoticed is a proof. */
export interface PolicyProof {
  readonly cases: number
  /** Cases whose verdict is not the promised one, with the statements that decided. */
  readonly broken: readonly {
    readonly name: string
    readonly promised: boolean
    readonly decidedBy: readonly string[]
  }[]
  readonly mutations: number
  readonly statements: number
  /** Pieces of policies that can be left out and no case tells, though one should. */
  readonly unnoticed: readonly string[]
  /** Pieces that can be left out unnoticed and may, as another statement bars the same. */
  readonly exempt: readonly string[]
}

/** What another statement bars as well, kept as a second line of defence: how the names of such pieces begin. */
export const SECOND_LINES = ['bucket ForeignIdentity without Resource']

const ALL = (): boolean => true

/**
 * Asks every case of the matrix, and then again for each statement and each piece of one left out of the policies, until a
 * case notices. Of the pieces only those that `pieces` picks by name, if it is given.
 */
export function provePolicies(
  input: PolicyInput,
  { pieces = ALL }: { readonly pieces?: (name: string) => boolean } = {},
): PolicyProof {
  const policies = renderPolicies(input)
  const cases = matrixOf(input)
  const mutations = mutationsOf(policies).filter(({ wholeStatement, name }) => wholeStatement || pieces(name))
  const casesAbout = byPlace(cases)
  const unnoticed = mutations
    .filter((mutation) => casesAbout.get(mutation.place)?.some((each) => notices(each, mutation)) !== true)
    .map(({ name }) => name)
  const isExempt = (name: string): boolean => SECOND_LINES.some((line) => name.startsWith(line))
  return {
    cases: cases.length,
    broken: cases
      .filter((each) => isBroken(each, policies))
      .map((each) => ({ name: each.name, promised: each.promised, decidedBy: each.decide(policies).decidedBy })),
    mutations: mutations.length,
    statements: mutations.filter(({ wholeStatement }) => wholeStatement).length,
    unnoticed: unnoticed.filter((name) => !isExempt(name)),
    exempt: unnoticed.filter(isExempt),
  }
}

const isBroken = (each: MatrixCase, policies: TenantPolicies): boolean =>
  each.decide(policies).allowed !== each.promised

/** Whether a case has another verdict after a mutation; asked only where the statement itself says another thing. */
function notices(each: MatrixCase, { before, after, policies }: Mutation): boolean {
  const differs = each.requests.some(
    (request) => applies(before, request) !== (after !== undefined && applies(after, request)),
  )
  return differs && isBroken(each, policies)
}

function byPlace(cases: readonly MatrixCase[]): Map<string, MatrixCase[]> {
  const found = new Map<string, MatrixCase[]>()
  for (const each of cases)
    for (const place of each.about) {
      const known = found.get(place)
      if (known === undefined) found.set(place, [each])
      else known.push(each)
    }
  return found
}
