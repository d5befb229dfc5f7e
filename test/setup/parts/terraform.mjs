import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { run } from '../run.mjs'

const PROVIDER = path.join('registry.terraform.io', 'hashicorp', 'aws')

/** Terraform and a mirror of its provider of AWS: both of the machine, nothing is installed. */
export default {
  name: 'terraform',
  version: '1',
  needs: 'terraform 1.10 or newer, and a mirror of its provider hashicorp/aws',
  covers: 'the modules of terragrunt/ with Terraform and the real schema of its provider of AWS',
  enable:
    'install terraform, lay a mirror (terraform providers mirror) under ~/.terraform.d/plugins or where TF_PLUGIN_MIRROR says, and run npm test again',
  async install() {
    await run('terraform', ['version'])
    if (findMirror() === undefined) throw new Error('no mirror of hashicorp/aws was found')
  },
}

/**
 * The folder that mirrors the provider: TF_PLUGIN_MIRROR, or the first of the places where Terraform itself looks and of
 * the folders under /opt that has one.
 */
export function findMirror() {
  const roots = [
    process.env.TF_PLUGIN_MIRROR,
    path.join(homedir(), '.terraform.d', 'plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    ...foldersUnder('/opt'),
  ]
  return roots.find((root) => root !== undefined && existsSync(path.join(root, PROVIDER)))
}

function foldersUnder(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name))
}
