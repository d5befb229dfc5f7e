import { smeltError, type Diagnostic } from '#diagnostics'
import type { TenantNode } from '#spec'
import type { Call } from '../command.ts'
import { EXIT, exitCodeOf, worstExit, type ExitCode } from '../exit-code.ts'
import { errorsIn, openProject, type OpenProject } from '../project.ts'

/** A tenant that has a file. */
interface Listed {
  readonly key: string
  /** Absent when the file cannot be read. */
  readonly node?: TenantNode
  /** The first thing that is wrong with the file. */
  readonly error?: Diagnostic
}

/**
 * Every tenant of the project, with where it stands and what it runs. One whose file cannot be read is `broken`; where
 * something is wrong in a file, its first error is told, and the exit code is that of `smelt check`. Throws cli/bad-usage for the
 * key of a tenant: it would not be heeded.
 */
export function listTenants({ host, globals }: Call, key: string | undefined): Promise<ExitCode> {
  if (key !== undefined) {
    const detail = `\`smelt tenant list\` lists all tenants, and takes no \`${key}\``
    throw smeltError('cli/bad-usage', { detail, command: 'smelt tenant' })
  }
  const listed = listedTenants(openProject(host, globals))
  if (globals.json) host.stdout.write(`${JSON.stringify(listed.map(factsOf), null, 2)}\n`)
  else host.stdout.write(tableOf(listed))
  return Promise.resolve(worstExit([EXIT.fine, ...listed.flatMap(({ error }) => (error ? [exitCodeOf(error)] : []))]))
}

function listedTenants(project: OpenProject): Listed[] {
  const { tenants, tenantKeys } = project.loaded
  const keys = [...new Set(tenantKeys)].sort()
  return keys.map((key) => {
    const node = tenants.find((each) => each.key === key)
    const [error] = errorsIn(project, (file) => file.replace(/\.ya?ml$/, '') === `tenants/${key}`).filter(
      ({ span }) => span !== undefined,
    )
    return { key, ...(node && { node }), ...(error && { error }) }
  })
}

function factsOf({ key, node, error }: Listed): object {
  const wrong = error && { error: { code: error.code, message: error.message } }
  if (node === undefined) return { tenant: key, state: BROKEN, ...wrong }
  const { id, name, state, environments, residency, classification, pipelines } = node
  return {
    tenant: key,
    ...(id && { id: id.value }),
    ...(name && { name: name.value }),
    state,
    ...wrong,
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

const BROKEN = 'broken'

function tableOf(listed: readonly Listed[]): string {
  const isWrong = listed.some(({ error }) => error !== undefined)
  const rows = listed.map(({ key, node, error }) => [
    key,
    node?.id?.value ?? '-',
    node?.state ?? BROKEN,
    node?.environments.map((each) => `${each.name}:${each.node.region.value}`).join(' ') || '-',
    node?.pipelines.map(({ name }) => name).join(' ') ?? '-',
    ...(isWrong ? [error?.code ?? ''] : []),
  ])
  const all = [['tenant', 'id', 'state', 'stands in', 'pipelines', ...(isWrong ? ['error'] : [])], ...rows]
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
