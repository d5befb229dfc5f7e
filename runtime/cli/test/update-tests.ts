import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { updateText, type TestFile, type TestReport } from '#fixture'
import { plural } from './test-text.ts'

/**
 * Rewrites the expectations that did not hold in the files they stand in. Answers what was written, a line per file,
 * and what no new expectation can mend: cases that did not run, and pipelines that stopped.
 */
export async function updateTests(
  files: readonly TestFile[],
  report: TestReport,
  root: string,
): Promise<{ readonly lines: readonly string[]; readonly left: TestReport }> {
  const lines: string[] = []
  for (const { file, text } of files) {
    const cases = report.results.filter((each) => each.file === file && each.found.length > 0)
    const found = cases.flatMap((each) => each.found)
    if (found.length === 0) continue
    await writeFile(path.join(root, file), updateText(file, text, found))
    lines.push(`wrote ${file}: ${plural(found.length, 'expectation')} of ${plural(cases.length, 'case')}`)
    lines.push(
      ...cases.map(({ name, found: each }) => `  ${name}: ${each.map(({ pointer }) => place(pointer)).join(', ')}`),
    )
  }
  if (lines.length === 0) lines.push('nothing to update: every expectation that can be compared holds')
  else lines.push('', 'Review the difference as behaviour before you commit it.')
  const left = report.results.filter((each) => each.failures.length > each.found.length || each.outcome === 'broken')
  return { lines, left: { ...report, results: left } }
}

/** The end of a pointer as people write it: `tables.devices.rows`. */
function place(pointer: string): string {
  const steps = pointer.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return steps.slice(steps.lastIndexOf('then') + 1).join('.')
}
