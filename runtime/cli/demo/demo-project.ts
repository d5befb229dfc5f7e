import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { GlobalOptions } from '../command.ts'
import { openEnvironment, type Environment } from '../environment.ts'
import type { Host } from '../host.ts'
import { openProject, type OpenProject } from '../project.ts'
import type { AlertReceiver } from './alert-receiver.ts'

/** The project of the demo, with everything it needs inside. */
export interface DemoProject {
  /** Relative to the folder the command was called in. */
  readonly folder: string
  readonly globals: GlobalOptions
  readonly project: OpenProject
  readonly environment: Environment
}

const FOLDER = path.join('.smelt', 'demo')

const SMELT_YAML = `# Written by \`smelt demo\`; removed and written again each time.
smelt: 1
default_environment: demo

environments:
  demo:
    broker: { topic_log: topics }
    lake: { folder: lake }
    secrets: { folder: secrets }
    engine: { memory_limit: 512MB, threads: 2 }
`

/** Keys that protect nothing: the demo's data are made up, and its tables must be the same on every machine. */
const SECRETS = { ACME_PII_KEY: 'demo key of acme', GLOBEX_PII_KEY: 'demo key of globex' }

/**
 * Removes what an earlier demo left and writes the project: the shipped pipelines and tenants, local topics, and alerts
 * that go to `receiver`.
 */
export function writeDemoProject(host: Host, globals: GlobalOptions, receiver: AlertReceiver): DemoProject {
  const root = path.resolve(host.folder, FOLDER)
  rmSync(root, { recursive: true, force: true })
  mkdirSync(path.join(root, 'secrets'), { recursive: true })
  for (const name of ['tenants', 'pipelines']) {
    cpSync(path.join(host.packageFolder, name), path.join(root, name), { recursive: true })
  }
  writeFileSync(path.join(root, 'smelt.yaml'), SMELT_YAML)
  const { hookUrl: SECURITY_HOOK_URL, key: SECURITY_HOOK_KEY, searchUrl: SEARCH_URL } = receiver
  const secrets = { ...SECRETS, SECURITY_HOOK_URL, SECURITY_HOOK_KEY, SEARCH_URL }
  for (const [name, value] of Object.entries(secrets)) writeFileSync(path.join(root, 'secrets', name), `${value}\n`)
  const inside = { json: globals.json, colours: globals.colours, project: root }
  const project = openProject(host, inside)
  return { folder: FOLDER, globals: inside, project, environment: openEnvironment(host, inside, project) }
}
