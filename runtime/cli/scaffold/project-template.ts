import path from 'node:path'
import { smeltError } from '#diagnostics'
import { editorSettings, ROOTS, schemaFile, schemaText } from '#spec'
import type { Host } from '../host.ts'
import type { NewFile } from './new-pipeline.ts'

/** The pipeline that a new project starts with. */
export const EXAMPLE = { pipeline: 'temperatures', topic: 'readings', key: 'sensor', table: 'hourly' } as const
/** Its sample events, for `smelt produce`. */
export const EXAMPLE_EVENTS = `pipelines/${EXAMPLE.pipeline}/events.ndjson`

const SCHEMAS = '.smelt/schema'
const TENANT = '{{tenant}}'

/** Templates and what they become. A package holds no file called `.gitignore`, so that one has another name. */
const PROJECT = [
  ['smelt.yaml', 'smelt.yaml'],
  ['gitignore', '.gitignore'],
  ['README.md', 'README.md'],
] as const
const PIPELINE = ['pipeline.yaml', 'contracts/reading.schema.json', 'events.ndjson', 'tests/readings.yaml'].map(
  (file) => `pipelines/${EXAMPLE.pipeline}/${file}`,
)

/**
 * The files of a new project: its environments, with `example` a tenant that runs a small pipeline, and what editors
 * need. Files that other tools keep in such a folder too are spared when they are there.
 */
export function projectFiles(host: Host, options: { readonly tenant: string; readonly example: boolean }): NewFile[] {
  const template = (file: string): string => templateText(host, file).replaceAll(TENANT, options.tenant)
  const own = PROJECT.map(([file, as]): NewFile => {
    const written = { path: as, text: template(file) }
    return as === 'smelt.yaml' ? written : { ...written, spare: true }
  })
  const example = [
    { path: `tenants/${options.tenant}.yaml`, text: template('tenants/tenant.yaml') },
    ...PIPELINE.map((file) => ({ path: file, text: template(file) })),
  ]
  const settings = `${JSON.stringify(editorSettings(SCHEMAS), null, 2)}\n`
  const schemas = ROOTS.map((root): NewFile => ({
    path: `${SCHEMAS}/${schemaFile(root)}`,
    text: schemaText(root),
    spare: true,
  }))
  return [
    ...own,
    ...(options.example ? example : []),
    { path: '.vscode/settings.json', text: settings, spare: true },
    ...schemas,
  ]
}

function templateText(host: Host, file: string): string {
  const absolute = path.join(host.packageFolder, 'templates', 'project', file)
  const text = host.files.read(absolute)?.toString('utf8')
  if (text !== undefined) return text
  throw smeltError('internal/bug', { detail: `the template \`${absolute}\` is missing` })
}
