import path from 'node:path'
import { nearestMatch, SmeltError, smeltError } from '#diagnostics'
import type { TestedPipeline, TestFile } from '#fixture'
import { withoutSecrets, type ParamValue } from '#spec'
import { pipelineNames } from '#tenant'
import type { Host } from '../host.ts'
import type { OpenProject } from '../project.ts'

const TEST_FILE = /^pipelines\/[^/]+\/tests\/[^/]+\.ya?ml$/

/** The pipelines of a project as their tests see them, in the order of the project. */
export function testedPipelines(host: Host, { loaded, files }: OpenProject): TestedPipeline[] {
  return loaded.pipelines.map(({ name, file }) => ({
    name,
    file,
    read: files.read,
    fault: files.fault,
    env: withoutSecrets(host.env, loaded.secretPrefixes),
    tenants: new Map<string, ReadonlyMap<string, ParamValue>>(
      loaded.instances.flatMap((each) => (each.pipeline === name ? [[each.tenant.key, each.params] as const] : [])),
    ),
  }))
}

/**
 * The test files that `args` select: names of pipelines, files, or folders; all of them without `args`. Throws
 * cli/unknown-path for an argument that is none of these, and what keeps one of them from being read.
 */
export function findTests(host: Host, project: OpenProject, args: readonly string[]): TestFile[] {
  for (const name of pipelineNames(project.files))
    if (args.length === 0 || args.includes(name)) refuseUnreadable(`pipelines/${name}/pipeline.yaml`, project.files)
  const pipelines = testedPipelines(host, project)
  const all = pipelines.flatMap((pipeline) => testsOf(project, pipeline))
  if (args.length === 0) return all
  const chosen = args.map((arg) => chooser(host, project, pipelines, arg))
  return all.filter(({ pipeline, file }) => chosen.some((choose) => choose(pipeline.name, file)))
}

function testsOf({ files }: OpenProject, pipeline: TestedPipeline): TestFile[] {
  const folder = `${path.posix.dirname(pipeline.file)}/tests`
  const names = [...files.list(folder)].sort().map((name) => `${folder}/${name}`)
  refuseUnreadable(folder, files)
  return names.flatMap((file) => {
    const text = TEST_FILE.test(file) ? files.read(file) : undefined
    refuseUnreadable(file, files)
    return text === undefined ? [] : [{ pipeline, file, text }]
  })
}

/** A test that cannot be read has not come true, nor have those of a pipeline that cannot. */
function refuseUnreadable(path: string, { fault }: OpenProject['files']): void {
  const found = fault?.(path)
  if (found !== undefined) throw new SmeltError(found)
}

type Chooser = (pipeline: string, file: string) => boolean

function chooser(host: Host, { root }: OpenProject, pipelines: readonly TestedPipeline[], arg: string): Chooser {
  const known = pipelines.map(({ name }) => name)
  const absolute = path.resolve(host.folder, arg)
  const relative = path.relative(root, absolute).split(path.sep).join('/')
  if (known.includes(arg)) return (pipeline) => pipeline === arg
  if (!relative.startsWith('..') && host.files.exists(absolute)) {
    return (_, file) => relative === '' || file === relative || file.startsWith(`${relative}/`)
  }
  if (/[/.]/.test(arg)) throw smeltError('cli/unknown-path', { path: arg })
  throw smeltError('tenant/unknown-pipeline', { pipeline: arg, nearest: nearestMatch(arg, known), known })
}
