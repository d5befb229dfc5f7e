import { diagnostic, hasErrors, type Diagnostic } from '#diagnostics'
import { checkExamples } from '#contract'
import { openCheck, type CheckedProject, type TenantHistory } from '#tenant'
import type { GlobalOptions } from '../command.ts'
import type { Host } from '../host.ts'
import { environmentOf, loadOptions, projectFiles } from '../project.ts'
import { openSecrets, secretsOfEnvironment } from '../secrets.ts'
import { checkPipelines } from './share-check.ts'

/** What checking a project found. */
export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[]
  readonly texts: ReadonlyMap<string, string>
  readonly instances: number
  readonly pipelines: number
}

/**
 * Checks everything of the project at `root` that can be known without running it: files, instances, the plan of each,
 * and of every pipeline that no tenant runs. Starts no engine, reaches for no network. Each problem is told once. What git
 * knows of tenants is waited for at the end.
 */
export async function checkProject(
  host: Host,
  globals: GlobalOptions,
  { root, history }: { readonly root: string; readonly history: () => Promise<TenantHistory> },
): Promise<CheckResult> {
  const { finish, ...open } = openCheck(projectFiles(host, root), loadOptions(host, globals))
  const checked = finish(await checkPipelines(host, root, open), await history())
  const { texts, diagnostics, instances, pipelines, contracts } = checked
  const examples: Diagnostic[] = []
  for (const file of contracts) examples.push(...(await checkExamples({ file, text: texts.get(file) ?? '' })))
  const found = [...diagnostics, ...missingSecrets(host, globals, root, checked), ...examples]
  return { diagnostics: found, texts, instances: instances.length, pipelines }
}

/** A machine that only checks need not hold the secrets, so a missing one is a warning. */
function missingSecrets(
  host: Host,
  globals: GlobalOptions,
  root: string,
  { project, tenants, diagnostics }: CheckedProject,
): Diagnostic[] {
  if (project === undefined || hasErrors(diagnostics.filter(({ span }) => span === undefined))) return []
  const { node: environment } = environmentOf(project, globals)
  const secrets = openSecrets(host, root, environment)
  const missing = (secret: string, where: { span?: Diagnostic['span']; pointer?: string } = {}): Diagnostic[] => {
    if (secrets.has(secret)) return []
    const { span, pointer } = where
    const place = { ...(span === undefined ? {} : { span }), ...(pointer === undefined ? {} : { pointer }) }
    return [diagnostic('cli/secret-not-set', { secret, place: secrets.place(secret) }, place)]
  }
  return [
    ...secretsOfEnvironment(environment).flatMap((secret) => missing(secret)),
    ...tenants.flatMap(({ piiKey, state }) =>
      piiKey === undefined || state === 'offboarded' ? [] : missing(piiKey.value.secret, piiKey),
    ),
  ]
}
