import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findMirror } from '../setup/parts/terraform.mjs'

/** The folder of the modules, units and stacks. */
export const CATALOG = path.join(fileURLToPath(import.meta.url), '..', '..', '..', 'terragrunt', 'catalog')

/** What a run of Terraform ended with. */
export interface TerraformRun {
  readonly status: number | null
  readonly output: string
  readonly stdout: string
}

/** A Terraform, or another `program` that is one, with data and settings of its own, and providers of the mirror alone. */
export function openTerraform(program = 'terraform'): (folder: string, ...args: readonly string[]) => TerraformRun {
  const own = mkdtempSync(path.join(tmpdir(), 'smelt-terraform-'))
  const settings = path.join(own, 'terraform.rc')
  const mirror = program === 'tofu' ? mirrorForTofu(path.join(own, 'mirror')) : findMirror()
  const installation =
    mirror === undefined ? '' : `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`
  writeFileSync(settings, `disable_checkpoint = true\n${installation}`)
  const env = {
    ...process.env,
    TF_CLI_CONFIG_FILE: settings,
    TF_DATA_DIR: path.join(own, 'data'),
    TF_IN_AUTOMATION: '1',
  }
  return (folder, ...args) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' })
    return { status, stdout, output: `${stdout}${stderr}` }
  }
}

/** The same providers under the name of OpenTofu's registry, which it looks them up by. It follows links to files alone. */
function mirrorForTofu(folder: string): string | undefined {
  const mirror = findMirror()
  if (mirror === undefined) return undefined
  const theirs = path.join(mirror, 'registry.terraform.io')
  for (const entry of readdirSync(theirs, { recursive: true, withFileTypes: true })) {
    const place = path.join(folder, 'registry.opentofu.org', path.relative(theirs, entry.parentPath))
    mkdirSync(place, { recursive: true })
    if (!entry.isDirectory()) symlinkSync(path.join(entry.parentPath, entry.name), path.join(place, entry.name))
  }
  return folder
}

/** A new folder with these files. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'smelt-terraform-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  return folder
}
