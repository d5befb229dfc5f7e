import { checkProject } from '#tenant'
import type { Call } from '../command.ts'
import { EXIT, exitCodeOf, worstExit, type ExitCode } from '../exit-code.ts'
import { checkTenant, loadOptions, openProject } from '../project.ts'
import { report } from '../report.ts'

/** Checks the files of all tenants, or of one, and their stubs. What is wrong inside a pipeline is not told here. */
export function checkTenants({ host, globals }: Call, key: string | undefined): Promise<ExitCode> {
  const project = openProject(host, globals)
  const checked = checkProject(project.files, loadOptions(host, globals))
  const isAbout = (file: string): boolean =>
    key === undefined
      ? /^(tenants|terragrunt)\//.test(file)
      : file.startsWith(`tenants/${key}.y`) || file.includes(`/tenants/${key}/`)
  const told = checked.diagnostics.filter(({ span }) => isAbout(span?.file ?? ''))
  if (key !== undefined && told.length === 0) checkTenant(project, key)
  const style = { colours: globals.colours, json: globals.json }
  if (told.length > 0 || globals.json) report(host.stderr, told, style, checked.texts)
  const errors = told.filter(({ severity }) => severity === 'error')
  if (errors.length === 0 && !globals.json) {
    const count = checked.tenants.length
    host.stdout.write(`checked ${key ?? `${count} ${count === 1 ? 'tenant' : 'tenants'}`}: no errors\n`)
  }
  return Promise.resolve(worstExit([EXIT.fine, ...errors.map(exitCodeOf)]))
}
