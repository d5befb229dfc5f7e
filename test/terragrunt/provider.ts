import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { findMirror } from '../setup/parts/terraform.mjs'

/** A provider of AWS that runs by itself, so that many runs of Terraform take the same one. */
export interface SharedProvider {
  /** What Terraform needs in its environment to take it. */
  readonly env: Readonly<Record<string, string>>
  readonly stop: () => Promise<void>
}

/**
 * Starts the provider of the mirror once: each Terraform that starts its own reads and hashes 700 MB. For those who ask no
 * cloud: its settings are those of whoever came last.
 */
export async function startProvider(): Promise<SharedProvider> {
  // A certificate that this machine names for the cloud makes the second settings fail.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')))
  const child = spawn(providerProgram(), ['-debug'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  const attach = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /TF_REATTACH_PROVIDERS='(\{.*\})'/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => reject(new Error(`the provider of AWS ended: ${said}`)))
  })
  return { env: { TF_REATTACH_PROVIDERS: attach }, stop }
}

function providerProgram(): string {
  const root = path.join(findMirror() ?? '', 'registry.terraform.io', 'hashicorp', 'aws')
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    path.basename(file).startsWith('terraform-provider-aws'),
  )
  return path.join(root, found.sort().at(-1) ?? '')
}
