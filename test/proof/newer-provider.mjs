import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { cacheFolder } from '../setup/parts.mjs'
import { run } from '../setup/run.mjs'

const PACKAGE = '@cdktn/provider-aws'
const VERSION = '25.7.0'
const CATALOG = path.join(import.meta.dirname, '..', '..', 'terragrunt', 'catalog')
const OF_EVERY_RESOURCE = ['for_each', 'count', 'depends_on', 'lifecycle', 'provider']

/** The provider whose schema is looked at: newer than one that can be had here to run. */
export const NEWER_PROVIDER = '6.66.0'

/**
 * What the resources of the catalog say that the newer provider does not know, by the declarations that are generated of
 * its schema. Arguments and blocks of a resource itself, and not what stands within the blocks.
 */
export async function unknownToNewerProvider() {
  const resources = resourcesOfCatalog()
  const kinds = [...new Set(resources.map(({ kind }) => kind))]
  const declared = new Map(await Promise.all(kinds.map(async (kind) => [kind, await argumentsOf(kind)])))
  const unknown = resources.flatMap(({ kind, names }) =>
    names.filter((name) => !declared.get(kind).has(name)).map((name) => `${kind}.${name}`),
  )
  return { count: resources.reduce((sum, { names }) => sum + names.length, 0), unknown }
}

/** Every resource, in modules and in what units generate, with the names of its arguments and blocks. */
function resourcesOfCatalog() {
  const files = readdirSync(CATALOG, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(tf|hcl)$/.test(file))
  return files.flatMap((file) =>
    [
      ...readFileSync(path.join(CATALOG, file), 'utf8').matchAll(/^( *)resource "aws_(\w+)" "\w+" \{\n([^]*?)\n\1\}/gm),
    ].map(([, indent, kind, body]) => ({ kind, names: namesIn(body, `${indent}  `) })),
  )
}

function namesIn(body, indent) {
  const found = [...body.matchAll(new RegExp(`^${indent}(?:dynamic "(\\w+)"|(\\w+)) *[={]`, 'gm'))]
  return found.map(([, block, name]) => block ?? name).filter((name) => !OF_EVERY_RESOURCE.includes(name))
}

async function argumentsOf(kind) {
  const file = `package/lib/${kind.replaceAll('_', '-')}/index.d.ts`
  const folder = path.join(cacheFolder(), `provider-aws-${NEWER_PROVIDER}-declared`)
  const text = readFileSync(path.join(await unpacked(folder), file), 'utf8')
  if (!text.includes(`aws/${NEWER_PROVIDER}/`)) throw new Error(`${file} is not of the provider ${NEWER_PROVIDER}`)
  const config = /export interface \w+Config extends [^{]*\{([^]*?)\n\}/.exec(text)?.[1] ?? ''
  return new Set([...config.matchAll(/\/resources\/\w+#(\w+) /g)].map(([, name]) => name))
}

let unpacking
/** Fetches the declarations once. */
function unpacked(folder) {
  unpacking ??= (async () => {
    if (await stat(folder).catch(() => undefined)) return folder
    const building = `${folder}.building-${process.pid}`
    await mkdir(building, { recursive: true })
    await run('npm', ['pack', '--silent', `${PACKAGE}@${VERSION}`], { cwd: building })
    const [archive] = readdirSync(building)
    await run('tar', ['-xzf', archive, '--wildcards', 'package/lib/*/index.d.ts'], { cwd: building })
    await rm(path.join(building, archive))
    await rename(building, folder)
    return folder
  })()
  return unpacking
}
