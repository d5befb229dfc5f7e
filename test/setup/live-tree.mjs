import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { run } from './run.mjs'

const root = path.join(import.meta.dirname, '..', '..')

/**
 * Copies terragrunt/ and tenants/ into `folder`, as a repository of its own: Terragrunt writes beside what it reads, and
 * finds the tenants by the root of the repository. With `olderProvider`, names of buckets are those that a provider
 * before 6.66 knows, as terragrunt/README.md says.
 */
export async function copyLiveTree(folder, { olderProvider = false } = {}) {
  for (const name of ['terragrunt', 'tenants'])
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true })
  await run('git', ['init', '--quiet'], { cwd: folder })
  if (!olderProvider) return
  for (const file of filesNamed('region.hcl', path.join(folder, 'terragrunt', 'live'))) {
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('locals {\n', 'locals {\n  bucket_form = "global"\n\n'))
  }
}

/**
 * The environment of a Terragrunt that asks nobody and keeps everything under `folder`: state, caches and settings. The
 * provider comes from `mirror`; `endpoint` is the address of an emulator of the cloud, if there is one.
 */
export function terragruntEnvironment(folder, { mirror, endpoint }) {
  const settings = path.join(folder, 'terraform.rc')
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
  writeFileSync(
    settings,
    `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
  )
  return {
    // What this machine says of the cloud is no matter of an emulator.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))),
    SMELT_TERRAFORM_STATE: path.join(folder, 'state'),
    ...(endpoint === undefined ? {} : { SMELT_AWS_ENDPOINT: endpoint }),
    TF_CLI_CONFIG_FILE: settings,
    TF_IN_AUTOMATION: '1',
    TG_TF_PATH: 'terraform',
    TG_NON_INTERACTIVE: 'true',
    TG_NO_COLOR: 'true',
    XDG_CACHE_HOME: path.join(folder, 'cache'),
  }
}

function filesNamed(name, folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === name)
    .map((file) => path.join(folder, file))
}
