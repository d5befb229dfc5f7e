import { diagnostic, misspelling, nearestMatch, type Diagnostic } from '#diagnostics'
import { definedHere } from './defined-here.ts'
import { folderName } from './fields/names.ts'
import { project } from './fields/project.ts'
import type { ProjectNode } from './nodes.ts'
import type { Env } from './environment-variables.ts'
import { openFile, readFieldAlone, readFile } from './parse-file.ts'
import { pointerTo } from './yaml/tree.ts'

/** What is read as a project. */
export interface ProjectInput {
  readonly file: string
  readonly text: string
  readonly env: Env
  /** The environment that will be used; by default the file's own default. */
  readonly environment?: string
}

/**
 * Parses smelt.yaml. All problems of the file come in one run; `node` is there when there is none. Only the environment
 * that will be used needs its variables to be set: another one that lacks a variable is checked as far as it is known
 * and left out of `node`.
 */
export function parseProject(input: ProjectInput): { node?: ProjectNode; diagnostics: readonly Diagnostic[] } {
  const file = openFile(input, 'project')
  const used = input.environment ?? readFieldAlone(file, 'default_environment', folderName).value?.value
  const scope = used === undefined ? undefined : `${pointerTo('/environments', used)}/`
  const needsEnv = (pointer: string): boolean =>
    scope === undefined || pointer.startsWith(scope) || !pointer.startsWith('/environments/')
  const { value, diagnostics } = readFile(file, project, { needsEnv })
  if (value === undefined) return { diagnostics }
  const problem = undeclared(value, input.environment)
  return problem === undefined ? { node: value, diagnostics } : { diagnostics: [...diagnostics, problem] }
}

function undeclared({ defaultEnvironment: preset, environments }: ProjectNode, asked?: string): Diagnostic | undefined {
  const environment = asked ?? preset.value
  const known = environments.map(({ name }) => name)
  if (known.includes(environment)) return undefined
  const nearest = nearestMatch(environment, known)
  const { span, pointer } = preset
  const where = asked === undefined ? { span, pointer, ...misspelling(span, environment, nearest) } : {}
  const params = { environment, nearest, known }
  return diagnostic('spec/unknown-environment', params, { ...where, ...definedHere(environments, nearest) })
}
