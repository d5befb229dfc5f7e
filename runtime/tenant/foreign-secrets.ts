import { diagnostic, type Diagnostic, type Span } from '#diagnostics'
import type { MaybeSecret, PipelineNode } from '#spec'
import type { Instance } from './instance.ts'

/** A secret that a file names, and where. */
export interface NamedSecret {
  readonly name: string
  readonly span: Span
}

/** The tenant that a secret belongs to: `ACME_PII_KEY` is acme's, where there is such a tenant. Others are everybody's. */
export function secretOwner(name: string, tenants: readonly string[]): string | undefined {
  const starts = (tenant: string): boolean => name.toUpperCase().startsWith(prefixOf(tenant))
  return tenants.filter(starts).sort((a, b) => b.length - a.length)[0]
}

/** The secrets that the sinks of a pipeline name. */
export function pipelineSecrets({ sinks }: PipelineNode): NamedSecret[] {
  return sinks.flatMap(({ node: { receiver, span } }) => {
    const values: (MaybeSecret | undefined)[] =
      receiver.kind === 'kafka'
        ? []
        : [receiver.url, receiver.authorization, receiver.kind === 'webhook' ? receiver.signingKey : undefined]
    return values.flatMap((value) => (typeof value === 'object' ? [{ name: value.secret, span }] : []))
  })
}

/**
 * An instance reads no secret of another tenant, neither by its tenant's file nor by its pipeline. `tenants` are all that have a
 * file, as `tenantKeys` gives them: a file that is broken takes nothing away from its tenant.
 */
export function foreignSecrets(
  { tenant, pipeline, span, pointer }: Instance,
  named: readonly NamedSecret[],
  tenants: readonly string[],
): Diagnostic[] {
  const own = tenant.piiKey === undefined ? [] : [{ name: tenant.piiKey.value.secret, span: tenant.piiKey.span }]
  return [...own, ...named].flatMap((secret) => {
    const owner = secretOwner(secret.name, tenants)
    if (owner === undefined || owner === tenant.key) return []
    const params = { tenant: tenant.key, pipeline, secret: secret.name, owner }
    const related = [{ message: 'it is named here', span: secret.span }]
    return [diagnostic('tenant/foreign-secret', params, { span, pointer, related })]
  })
}

function prefixOf(tenant: string): string {
  return `${tenant.replaceAll('-', '_').toUpperCase()}_`
}
