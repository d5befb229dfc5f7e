import { diagnostic, misspelling, nearestMatch, type Diagnostic } from '#diagnostics'
import type { ProjectBase } from './load-base.ts'

/**
 * Environments of tenants that smelt.yaml does not have. Warnings: a tenant may stand in the cloud before anything runs there,
 * or be run there from elsewhere, but most often the name is misspelt. A project of one environment, such as a demo, runs
 * nowhere else: there only a name that is nearly right is told.
 */
export function environmentProblems({ project, tenants }: ProjectBase): Diagnostic[] {
  if (project === undefined) return []
  const declared = project.environmentNames
  const known = declared.map(({ value }) => value)
  const stray = tenants
    .filter(({ state }) => state !== 'offboarded')
    .flatMap(({ key, environments }) => environments.map((each) => ({ tenant: key, ...each })))
    .filter(({ name }) => !known.includes(name))
  return stray.flatMap(({ tenant, name, key: { span, pointer } }) => {
    const nearest = nearestMatch(name, known)
    if (nearest === undefined && known.length === 1) return []
    const place = declared.find(({ value }) => value === nearest)?.span
    const related =
      place === undefined ? {} : { related: [{ message: `\`${nearest ?? ''}\` is defined here`, span: place }] }
    const where = { span, pointer, ...related, ...misspelling(span, name, nearest) }
    return diagnostic('tenant/unknown-environment', { key: tenant, environment: name, nearest, known }, where)
  })
}
