import { diagnostic, hasErrors, type Diagnostic } from '#diagnostics'
import { checkExamples } from '#contract'
import { checkProject as checkFiles } from '#tenant'
import type { GlobalOptions } from '../command.ts'
import type { Host } from '../host.ts'
import { environmentOf, type OpenProject } from '../project.ts'
import { openSecrets, secretsOfEnvironment } from '../secrets.ts'

/** What checking a project found. */
export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[]
  readonly texts: ReadonlyMap<string, string>
  readonly instances: number
  readonly pipelines: number
}

/**
 * Checks everything of a project that can be known without running it: files, instances, the plan of each, and of every
 * pipeline that no tenant runs. Starts no engine, reaches for no network. Each problem is told once.
 */
export async function checkProject(host: Host, globals: GlobalOptions, project: OpenProject): Promise<CheckResult> {
  const { texts, diagnostics, instances, pipelines, contracts } = checkFiles(project.loaded, project.files)
  const examples: Diagnostic[] = []
  for (const file of contracts) examples.push(...(await checkExamples({ file, text: texts.get(file) ?? '' })))
  const found = [...diagnostics, ...missingSecrets(host, globals, project), ...examples]
  return { diagnostics: found, texts, instances: instances.length, pipelines: pipelines.length }
}

/** A machine that only checks need not hold the secrets, so a missing one is a warning. */
function missingSecrets(host: Host, globals: GlobalOptions, { root, loaded }: OpenProject): Diagnostic[] {
  const { project, tenants } = loaded
  if (project === undefined || hasErrors(loaded.diagnostics.filter(({ span }) => span === undefined))) return []
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
    ...tenants.flatMap(({ piiKey }) => (piiKey === undefined ? [] : missing(piiKey.value.secret, piiKey))),
  ]
}
