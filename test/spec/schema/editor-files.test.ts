import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { editorSettings, schemaFile } from '../../../runtime/spec/schema/editor-files.ts'
import { ROOTS } from '../../../runtime/spec/schema/roots.ts'
import { PACKAGE_FOLDER } from '../../cli/support/buffer-host.ts'

const FOLDER = 'docs/schema'
const shipped = ROOTS.flatMap((root) => matching(root.files).map((file) => [file, root] as const))

/** The files of this repository that match a glob with `*` for one part of a path. */
function matching(glob: string): string[] {
  const [first = '', ...rest] = glob.split('/')
  const pattern = new RegExp(`^${[first, ...rest].join('/').replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`)
  const folder = rest.length === 0 ? '' : first
  const names = readdirSync(path.join(PACKAGE_FOLDER, folder), { recursive: rest.length > 0, encoding: 'utf8' })
  return names.map((name) => path.posix.join(folder, name)).filter((file) => pattern.test(file))
}

describe('the YAML files of this repository', () => {
  it('are found', () => {
    expect(shipped.map(([file]) => file)).toContain('pipelines/inventory-compliance/pipeline.yaml')
    expect(shipped.length).toBeGreaterThan(3)
  })

  it.each(shipped)('%s names its schema on its first line', (file, root) => {
    const [line = ''] = readFileSync(path.join(PACKAGE_FOLDER, file), 'utf8').split('\n')
    const target = /^# yaml-language-server: \$schema=(\.\.?\/.*)$/.exec(line)?.[1] ?? ''
    expect(path.posix.join(path.posix.dirname(file), target)).toBe(`${FOLDER}/${schemaFile(root)}`)
    expect(existsSync(path.join(PACKAGE_FOLDER, path.dirname(file), target))).toBe(true)
  })

  it.each(shipped)('%s is YAML to an editor too, which knows nothing of placeholders', (file) => {
    expect(parseDocument(readFileSync(path.join(PACKAGE_FOLDER, file), 'utf8')).errors).toEqual([])
  })

  it('are mapped to their schemas by the settings of the editor', () => {
    const { 'yaml.schemas': schemas } = editorSettings(FOLDER)
    expect(Object.values(schemas)).toEqual(ROOTS.map(({ files }) => files))
    for (const file of Object.keys(schemas)) expect(existsSync(path.join(PACKAGE_FOLDER, file))).toBe(true)
    expect(new Set(ROOTS.map(schemaFile)).size).toBe(ROOTS.length)
  })
})
