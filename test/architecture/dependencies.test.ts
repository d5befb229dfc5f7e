import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = path.join(fileURLToPath(import.meta.url), '..', '..', '..')
const packageFile = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

/** `- **name** reason` of the document, by section. */
function documented(section: string): string[] {
  const text = readFileSync(path.join(ROOT, 'docs', 'dependencies.md'), 'utf8')
  const part = text.split(/^## /m).find((each) => each.startsWith(section)) ?? ''
  return [...part.matchAll(/^- \*\*(.+?)\*\* \S.+\.$/gm)].map((match) => match[1] ?? '')
}

describe('dependencies', () => {
  it.each(['dependencies', 'devDependencies'] as const)(
    'every one of %s has its reason, and no reason is left over',
    (kind) => {
      expect(documented(kind === 'dependencies' ? 'Runtime' : 'Development')).toEqual(
        Object.keys(packageFile[kind]).sort(),
      )
    },
  )

  it('are pinned exactly', () => {
    const all = Object.entries({ ...packageFile.dependencies, ...packageFile.devDependencies })
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
  })
})
