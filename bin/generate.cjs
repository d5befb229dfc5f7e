'use strict'
// Writes every generated file of the repository from what is built:
//   node bin/generate.cjs           writes what differs
//   node bin/generate.cjs --check   writes nothing, and fails when something differs
const fs = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const root = path.join(__dirname, '..')
const built = path.join(root, 'dist', 'cli', 'generate', 'index.js')

main(process.argv.slice(2)).catch((error) => {
  console.error(error)
  process.exitCode = 70
})

async function main(args) {
  if (args.some((each) => each !== '--check')) return fail(2, 'Usage: node bin/generate.cjs [--check]')
  if (!fs.existsSync(built)) return fail(2, 'Smelt is not built yet: run `npm run build` first.')
  const { generatedFiles, GENERATED_FOLDERS, GENERATE_COMMAND } = await import(pathToFileURL(built).href)
  const files = generatedFiles()
  const differing = [...files].filter(([file, text]) => readText(file) !== text).map(([file]) => file)
  const stale = GENERATED_FOLDERS.flatMap(listFiles).filter((file) => !files.has(file))
  if (args.includes('--check')) {
    const all = [...differing, ...stale]
    if (all.length > 0) fail(1, `out of date: ${all.join(', ')}. Run \`${GENERATE_COMMAND}\` and commit what it wrote.`)
    return
  }
  for (const file of differing) write(file, files.get(file))
  for (const file of stale) fs.rmSync(path.join(root, file))
  for (const file of differing) console.log(`wrote ${file}`)
  for (const file of stale) console.log(`removed ${file}`)
}

function write(file, text) {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  fs.writeFileSync(path.join(root, file), text)
}

function readText(file) {
  try {
    return fs.readFileSync(path.join(root, file), 'utf8')
  } catch {
    return undefined
  }
}

/** The files below a folder of the repository, from its root, with `/`. */
function listFiles(folder) {
  if (!fs.existsSync(path.join(root, folder))) return []
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`
    return entry.isDirectory() ? listFiles(name) : [name]
  })
}

function fail(code, text) {
  console.error(`generate: ${text}`)
  process.exitCode = code
}
