import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const

const quoted = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ')

interface Unknown {
  readonly word: string
  readonly nearest: string | undefined
  readonly known: readonly string[]
}

const nearestOrKnown = ({ nearest, known }: Unknown): string =>
  nearest === undefined ? `Known: ${quoted(known)}.` : `Did you mean \`${nearest}\`?`

/** What can be wrong with a question about who reaches what of a tenant in the cloud. */
export const tenantAccessCodes = {
  'tenant/not-in-cloud': entry<{
    tenant: string
    environment: string | undefined
    nearest: string | undefined
    known: readonly string[]
  }>({
    ...base,
    title: 'Tenant that is not there in the cloud',
    message: ({ tenant, environment }) =>
      environment === undefined
        ? `The tenant \`${tenant}\` does not stand in the cloud`
        : `The tenant \`${tenant}\` does not stand in the environment \`${environment}\` of the cloud`,
    why: 'Its policies, its role and the name of its bucket are made of its id and of what `environments` in its file says.',
    fix: ({ nearest, known }) => {
      if (known.length === 0) return 'Give its file `environments`, with what they need: `smelt check` says what.'
      return nearest === undefined ? `It stands in ${quoted(known)}.` : `Did you mean \`${nearest}\`?`
    },
  }),
  'tenant/unknown-principal': entry<Unknown>({
    ...base,
    title: 'Unknown principal',
    message: ({ word }) => `Nobody is called \`${word}\``,
    why: 'Access is asked about for a role of the tenant, for one of another tenant as `<tenant>/<role>`, for who manages the tenant, for an outsider, or for any role by its ARN.',
    fix: nearestOrKnown,
  }),
  'tenant/unknown-action': entry<Unknown>({
    ...base,
    title: 'Unknown action',
    message: ({ word }) => `\`${word}\` is no action on a bucket or on its key`,
    why: 'Only of the actions that are modelled is it known what they ask of the bucket, of the key and of the network.',
    fix: nearestOrKnown,
  }),
  'tenant/unknown-network': entry<Unknown>({
    ...base,
    title: 'Unknown network',
    message: ({ word }) => `Nothing comes from \`${word}\``,
    why: 'A request comes from a network by its id, from an address of the internet, or from a place that a word stands for.',
    fix: nearestOrKnown,
  }),
  'tenant/unread-platform': entry<{ file: string; name: string }>({
    ...base,
    title: 'Platform that cannot be read',
    message: ({ file, name }) => `\`${name}\` in \`${file}\` is neither a text nor a list of texts`,
    why: 'Expressions are for Terragrunt to work out; a guess would say allowed where the cloud denies, or denied where it allows.',
    fix: ({ name }) => `Write the value of \`${name}\` out.`,
  }),
}
