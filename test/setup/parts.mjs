// Installs the parts that some tests need (a broker, an S3 server, foreign readers) once, outside the work tree.
//   node test/setup/parts.mjs [name ...]
// A part that cannot be installed is said loudly and its tests are skipped; named in SMELT_REQUIRE it is a failure.
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))

/** Where parts are kept: SMELT_CACHE, or the user's cache folder. */
export function cacheFolder() {
  return process.env.SMELT_CACHE ?? path.join(homedir(), '.cache', 'smelt')
}

/** Every part, discovered from the folder beside this file. */
export async function loadParts() {
  const files = (await readdir(path.join(here, 'parts'))).filter((file) => file.endsWith('.mjs')).sort()
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(path.join(here, 'parts', file)).href)))
  return modules.map((module) => module.default)
}

/** The folder of a part's installed version; it exists only when the install was completed. */
export function partFolder(part) {
  return path.join(cacheFolder(), `${part.name}-${part.version}`)
}

/** Installs what is missing of `names` (all when empty). Resolves to the parts that could not be had, with the reason. */
export async function installParts(names, log) {
  const parts = (await loadParts()).filter((part) => names.length === 0 || names.includes(part.name))
  const missing = []
  await Promise.all(
    parts.map(async (part) => {
      const folder = partFolder(part)
      if (await stat(folder).catch(() => undefined)) return
      const building = `${folder}.building-${process.pid}`
      try {
        log(`setting up ${part.name} (${part.needs}), once ...`)
        await rm(building, { recursive: true, force: true })
        await mkdir(building, { recursive: true })
        await part.install(building)
        await writeFile(path.join(building, '.complete'), '')
        await rename(building, folder)
      } catch (error) {
        await rm(building, { recursive: true, force: true })
        missing.push({ part, reason: error instanceof Error ? error.message : String(error) })
      }
    }),
  )
  return missing
}

/** The parts that must be there, from SMELT_REQUIRE. */
export function requiredParts() {
  return (process.env.SMELT_REQUIRE ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = await installParts(process.argv.slice(2), (line) => console.error(line))
  const required = requiredParts()
  const known = new Set((await loadParts()).map((part) => part.name))
  for (const name of required.filter((each) => !known.has(each))) {
    console.error(`SMELT_REQUIRE names \`${name}\`, which is no part; known parts: ${[...known].join(', ')}`)
    process.exitCode = 2
  }
  for (const { part, reason } of missing) {
    console.error(
      `NOT TESTED: ${part.covers}. \`${part.name}\` could not be set up: ${reason}. To enable: ${part.enable}`,
    )
    if (required.includes(part.name)) process.exitCode = 1
  }
}
