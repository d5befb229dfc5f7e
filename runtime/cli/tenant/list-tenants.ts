import type { TenantNode } from '#spec'
import type { Call } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { openProject } from '../project.ts'

/** Every tenant of the project whose file can be read, with where it stands and what it runs. */
export function listTenants({ host, globals }: Call): Promise<ExitCode> {
  const { tenants } = openProject(host, globals).loaded
  if (globals.json) host.stdout.write(`${JSON.stringify(tenants.map(factsOf), null, 2)}\n`)
  else host.stdout.write(tableOf(tenants))
  return Promise.resolve(EXIT.fine)
}

function factsOf({ key, id, name, state, environments, residency, classification, pipelines }: TenantNode): object {
  return {
    tenant: key,
    ...(id && { id: id.value }),
    ...(name && { name: name.value }),
    state,
    environments: environments.map((each) => ({
      name: each.name,
      region: each.node.region.value,
      account_id: each.node.accountId.value,
      vpc_ids: each.node.vpcIds.map(({ value }) => value),
    })),
    ...(residency && { residency }),
    ...(classification && { classification }),
    pipelines: pipelines.map((each) => each.name),
  }
}

function tableOf(tenants: readonly TenantNode[]): string {
  const rows = tenants.map(({ key, id, state, environments, pipelines }) => [
    key,
    id?.value ?? '-',
    state,
    environments.map(({ name, node }) => `${name}:${node.region.value}`).join(' ') || '-',
    pipelines.map(({ name }) => name).join(' '),
  ])
  const all = [['tenant', 'id', 'state', 'stands in', 'pipelines'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  return all
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
