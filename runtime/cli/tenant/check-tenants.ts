import { hasErrors } from '#diagnostics'
import { checkProject } from '#tenant'
import { openTenantHistory } from '../check/tenant-history.ts'
import type { Call } from '../command.ts'
import { EXIT, exitCodeOf, worstExit, type ExitCode } from '../exit-code.ts'
import { checkTenant, loadOptions, openProject } from '../project.ts'
import { report } from '../report.ts'

/**
 * Checks the files of all tenants, or of one, and what was made of them: stubs and rendered files. What is wrong inside a
 * pipeline is not told here.
 */
export async function checkTenants({ host, globals }: Call, key: string | undefined): Promise<ExitCode> {
  const project = openProject(host, globals)
  const history = openTenantHistory(host, project.root)
  const checked = checkProject(project.files, loadOptions(host, globals), await history())
  const told = checked.diagnostics.filter(
    ({ code, span }) => code === 'tenant/unread-history' || isAbout(span?.file ?? '', key),
  )
  if (key !== undefined && !hasErrors(told)) checkTenant(project, key)
  const style = { colours: globals.colours, json: globals.json }
  if (told.length > 0 || globals.json) report(host.stderr, told, style, checked.texts)
  const errors = told.filter(({ severity }) => severity === 'error')
  if (errors.length === 0 && !globals.json) {
    const count = checked.tenants.length
    host.stdout.write(`checked ${key ?? `${count} ${count === 1 ? 'tenant' : 'tenants'}`}: no errors\n`)
  }
  return worstExit([EXIT.fine, ...errors.map(exitCodeOf)])
}

/** Whether a file is that of a tenant, or was made of it; of the tenant of that key where there is one. */
function isAbout(file: string, key: string | undefined): boolean {
  if (key === undefined) return /^(tenants|terragrunt|rendered|k8s)\//.test(file)
  const [tree, ...within] = file.split('/')
  if (tree === 'tenants') return /^(.+)\.ya?ml$/.exec(within.join('/'))?.[1] === key
  return tree === 'rendered' ? within[1] === key : file.includes(`/tenants/${key}/`)
}
