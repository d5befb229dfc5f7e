import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { PACKAGE_FOLDER } from './buffer-host.ts'

const STUB_TEMPLATE = 'terragrunt/catalog/live-stub.terragrunt.stack.hcl'

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'smelt-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The secrets of the shipped project. Nobody listens where its alerts go: tests that have any say where. */
const SECRETS = {
  ACME_PII_KEY: 'acme key',
  GLOBEX_PII_KEY: 'globex key',
  SECURITY_HOOK_URL: 'http://127.0.0.1:9/hook',
  SECURITY_HOOK_KEY: 'hook key',
  SEARCH_URL: 'http://127.0.0.1:9',
}

/** A copy of the shipped project in a folder of its own, with `files` put in or over it. */
export function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder()
  layProject(folder)
  write(folder, files)
  return folder
}

/** Copies the shipped project, and gives it secrets, into a folder. */
export function layProject(folder: string): void {
  for (const name of ['smelt.yaml', 'tenants', 'pipelines', 'terragrunt/live', STUB_TEMPLATE]) {
    // What tools leave beside their files, such as caches, has a name with a dot in front.
    const filter = (file: string): boolean => !path.basename(file).startsWith('.')
    cpSync(path.join(PACKAGE_FOLDER, name), path.join(folder, name), { recursive: true, filter })
  }
  for (const [name, value] of Object.entries(SECRETS)) write(folder, { [`.smelt/secrets/${name}`]: `${value}\n` })
}

/** Writes files below `folder`. */
export function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}
