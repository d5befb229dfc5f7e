import path from 'node:path'
import { applyFixes, diagnostic, isSmeltError, type Confidence, type Diagnostic } from '#diagnostics'
import type { TenantHistory } from '#tenant'
import type { GlobalOptions } from '../command.ts'
import type { Host } from '../host.ts'
import { projectRoot } from '../project.ts'
import { checkProject, type CheckResult } from './check-project.ts'

/** What fixing a project did, and what is left. */
export interface Fixed {
  /** The problems that were mended, in the order it was done. */
  readonly fixed: readonly Diagnostic[]
  /** The check of the files as they are now, with a warning for each file that was not touched. */
  readonly result: CheckResult
}

/** What is fixed: problems that `concerns` picks and whose fix has one of the confidences. */
export interface FixRequest {
  readonly confidences: readonly Confidence[]
  readonly concerns: (problem: Diagnostic) => boolean
  /** See `openTenantHistory`. */
  readonly history: () => Promise<TenantHistory>
}

/** A mend can bring the next one to light; more rounds than this would be two mends that undo each other. */
const MAX_ROUNDS = 10

/**
 * Checks the project, writes what can be mended, and checks again until nothing is left to mend. A file is written in one
 * step, only inside the project, and only while it holds what was checked; everything outside the edits stays as it is.
 */
export async function fixProject(
  host: Host,
  globals: GlobalOptions,
  { confidences, concerns, history }: FixRequest,
): Promise<Fixed> {
  const root = projectRoot(host, globals)
  const refused = new Map<string, Diagnostic>()
  const fixed: Diagnostic[] = []
  for (let round = 0; ; round++) {
    const result = await checkProject(host, globals, { root, history })
    const open = result.diagnostics.filter((each) => concerns(each) && !touches(each, refused))
    const applied = applyFixes(open, result.texts, confidences)
    if (applied.fixed.length === 0 || round === MAX_ROUNDS) {
      return { fixed, result: { ...result, diagnostics: [...result.diagnostics, ...refused.values()] } }
    }
    for (const [file, text] of applied.texts) {
      const problem = writeFile(host, root, { file, before: result.texts.get(file) ?? '', text })
      if (problem !== undefined) refused.set(file, problem)
    }
    fixed.push(...applied.fixed.filter((each) => !touches(each, refused)))
  }
}

function touches({ fix }: Diagnostic, files: ReadonlyMap<string, unknown>): boolean {
  return fix?.edits.some(({ span }) => files.has(span.file)) === true
}

function writeFile(
  { files }: Host,
  root: string,
  { file, before, text }: { readonly file: string; readonly before: string; readonly text: string },
): Diagnostic | undefined {
  const refuse = (reason: string): Diagnostic => diagnostic('cli/fix-refused', { file, reason })
  const target = files.realPath(path.join(root, file))
  const home = files.realPath(root)
  if (target === undefined || home === undefined) return refuse('it is not there any more')
  if (!target.startsWith(`${home}${path.sep}`)) return refuse('it lies outside the project, behind a link')
  const now = files.read(target)
  if (now === undefined || !now.equals(Buffer.from(before))) return refuse('it changed while it was checked')
  try {
    files.write(target, text)
    return undefined
  } catch (error) {
    if (!isSmeltError(error, 'cli/cannot-write')) throw error
    return refuse(error.diagnostic.cause ?? error.message)
  }
}
