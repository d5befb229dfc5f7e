/** What stands in a region before any tenant does, and ends up in the policies of each. Roles are named without account. */
export interface Platform {
  readonly partition?: string
  readonly bucketForm?: 'account-regional' | 'global'
  readonly planRole: string
  readonly applyRole: string
  readonly breakGlassRole: string
  readonly allowedCidrs: readonly string[]
  readonly replicationRoles: readonly string[]
  readonly packageBuckets: readonly string[]
  readonly identityMode?: 'irsa' | 'pod-identity'
  /** Absent too where only Terragrunt can work it out. */
  readonly clusterArn?: string
}

/** The platform as the text of a region.hcl says, or the name whose value only Terragrunt can work out. */
export type PlatformResult = { readonly platform: Platform } | { readonly unread: string }

const TEXTS = ['partition', 'bucket_form', 'plan_role', 'apply_role', 'break_glass_role', 'identity_mode'] as const
const LISTS = ['allowed_cidrs', 'replication_roles', 'package_buckets'] as const

const COMMENT = /"(?:[^"\\]|\\.)*"|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\//g
/** A text that holds nothing to be worked out. */
const LITERAL = '"[^"\\\\$%]*"'

/**
 * Reads the names that policies are made of, where they are written as texts and lists of texts. Without a file, or of what
 * it leaves out, roles have the names of the documentation: a verdict hangs on who has a role, never on what it is called.
 */
export function parsePlatform(source = ''): PlatformResult {
  const text = source.replace(COMMENT, (found) => (found.startsWith('"') ? found : ''))
  const texts: Record<string, string> = {}
  for (const name of TEXTS) {
    const value = valueOf(text, name, LITERAL)
    if (value === null) return { unread: name }
    if (value !== undefined) texts[name] = wordsOf(value)[0] ?? ''
  }
  const lists: Record<string, readonly string[]> = {}
  for (const name of LISTS) {
    const value = valueOf(text, name, `\\[(?:\\s*${LITERAL}\\s*(?:,|(?=\\])))*\\s*\\]`)
    if (value === null) return { unread: name }
    lists[name] = wordsOf(value ?? '')
  }
  const { partition, bucket_form: form, identity_mode: mode } = texts
  const [cluster] = wordsOf(valueOf(text, 'cluster_arn', LITERAL) ?? '')
  return {
    platform: {
      ...(partition !== undefined && { partition }),
      ...(form !== undefined && { bucketForm: form === 'global' ? 'global' : 'account-regional' }),
      planRole: texts['plan_role'] ?? 'smelt-plan',
      applyRole: texts['apply_role'] ?? 'smelt-apply',
      breakGlassRole: texts['break_glass_role'] ?? 'break-glass',
      allowedCidrs: lists['allowed_cidrs'] ?? [],
      replicationRoles: lists['replication_roles'] ?? [],
      packageBuckets: lists['package_buckets'] ?? [],
      ...(mode !== undefined && { identityMode: mode === 'pod-identity' ? 'pod-identity' : 'irsa' }),
      ...(cluster !== undefined && { clusterArn: cluster }),
    },
  }
}

/** What `name` is set to; undefined when it is not set, null when it is set to something of another form. */
function valueOf(text: string, name: string, form: string): string | null | undefined {
  if (!new RegExp(`(?<![\\w.-])${name}\\s*=(?!=)`).test(text)) return undefined
  const found = new RegExp(`(?<![\\w.-])${name}[ \\t]*=[ \\t]*(${form})[ \\t]*(?=\\r?\\n|\\}|$)`).exec(text)
  return found?.[1] ?? null
}

const wordsOf = (value: string): string[] => [...value.matchAll(/"([^"]*)"/g)].map(([, word = '']) => word)
