import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe } from 'vitest'
import { loadParts, partFolder, requiredParts } from '../setup/parts.mjs'

const parts = await loadParts()

/** The folder of an installed part, or undefined when it could not be had. Throws when SMELT_REQUIRE names it. */
export function findPart(name: string): string | undefined {
  const part = parts.find((each) => each.name === name)
  if (part === undefined) throw new Error(`No part \`${name}\` under test/setup/parts`)
  const folder = partFolder(part)
  if (existsSync(path.join(folder, '.complete'))) return folder
  if (requiredParts().includes(name))
    throw new Error(`SMELT_REQUIRE names \`${name}\`, which is not set up: ${part.enable}`)
  return undefined
}

/** A suite that needs parts: skipped, with its name saying what was not tested, when one of them is missing. */
export function describeWithParts(
  names: readonly string[],
  title: string,
  suite: (folders: Record<string, string>) => void,
): void {
  const folders: Record<string, string> = {}
  for (const name of names) {
    const folder = findPart(name)
    if (folder === undefined) {
      describe.skip(`${title} (NOT TESTED: part \`${name}\` is missing)`, () => undefined)
      return
    }
    folders[name] = folder
  }
  describe(title, () => suite(folders))
}
