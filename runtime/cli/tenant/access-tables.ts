import { isSmeltError } from '#diagnostics'
import {
  cloudInput,
  cloudNames,
  madeRoles,
  renderPolicies,
  verdictTable,
  type PolicyInput,
  type TenantPolicies,
  type VerdictRow,
} from '#tenant'
import type { TenantFile } from './open-tenant.ts'

/** Who may do what with a tenant's data in one environment of the cloud, and what its things there are called. */
export interface AccessTable {
  readonly environment: string
  readonly region: string
  readonly bucket: string
  readonly roles: Readonly<Record<string, string>>
  readonly verdicts: readonly VerdictRow[]
  /** Policies of the roles that plan and apply, to be given before the first time; absent without the name of the cluster. */
  readonly managers?: TenantPolicies['managers']
}

/** An environment of the cloud whose platform only Terragrunt can work out, so that nothing is told of it. */
export interface UnknownAccess {
  readonly environment: string
  /** Why it is not known. */
  readonly unknown: string
}

/** One for each environment of the cloud that the tenant stands in. */
export function accessTables(tenant: TenantFile): (AccessTable | UnknownAccess)[] {
  return tenant.node.environments.map(({ name }) => {
    try {
      return tableOf(tenant, name)
    } catch (error) {
      if (!isSmeltError(error, 'tenant/unread-platform')) throw error
      return { environment: name, unknown: error.message }
    }
  })
}

function tableOf({ project, node }: TenantFile, environment: string): AccessTable {
  const input = cloudInput(node, environment, project.files)
  const { bucket, roles } = cloudNames(input)
  const arns = madeRoles(input.classification).map((role) => [role, roles(role).arn] as const)
  return {
    environment,
    region: input.region,
    bucket,
    roles: Object.fromEntries(arns),
    verdicts: verdictTable(input),
    ...(isClusterKnown(input) && { managers: renderPolicies(input).managers }),
  }
}

const isClusterKnown = ({ identityMode, clusterArn }: PolicyInput): boolean =>
  identityMode !== 'pod-identity' || clusterArn !== undefined

/** For people: a line for each caller that reaches anything, and the others in one line at the end. */
export function accessText(table: AccessTable | UnknownAccess): string {
  if ('unknown' in table) return `\naccess in ${table.environment}: not known, as ${table.unknown}\n`
  const { environment, region, bucket, verdicts } = table
  const reaches = ({ layers, manages }: VerdictRow): boolean =>
    manages || Object.values(layers).some((each) => each !== '-')
  const rows = verdicts.filter(reaches)
  const able = new Set(rows.map(({ caller }) => caller))
  const others = [...new Set(verdicts.map(({ caller }) => caller))].filter((each) => !able.has(each))
  const layers = Object.keys(verdicts[0]?.layers ?? {})
  const cells = rows.map((row) => [
    row.caller,
    row.from,
    ...layers.map((layer) => row.layers[layer] ?? ''),
    row.manages ? 'yes' : '-',
  ])
  const all = [['who', 'from', ...layers, 'bucket policy'], ...cells]
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const lines = all.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
  const nothing = `  reach nothing: ${others.join(', ')}`
  return `\naccess in ${environment}, ${region}: ${bucket}\n${[...lines, nothing].join('\n')}\n`
}
