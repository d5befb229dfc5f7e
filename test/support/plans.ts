import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Plan } from '#plan'
import { compilePipeline } from './pipeline.ts'
import { shippedPipeline } from './shipped.ts'

const GOLDEN = path.join(import.meta.dirname, '..', 'golden')
const FOLDERS = ['pipelines', 'explain']

/** Every file below a folder, by its path from there. */
export function filesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  return Object.fromEntries(paths.map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]))
}

/** The shipped plan and that of every golden pipeline, by name. */
export function goldenPlans(): [name: string, plan: Plan][] {
  const golden = FOLDERS.flatMap((parent) =>
    readdirSync(path.join(GOLDEN, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }): [string, Plan][] => {
        const { 'pipeline.yaml': yaml, ...files } = filesBelow(path.join(GOLDEN, parent, name))
        return yaml === undefined ? [] : [[`${parent}/${name}`, compilePipeline(yaml, files).plan]]
      }),
  )
  return [['shipped', shippedPipeline().plan], ...golden]
}
