'use strict'
// Makes a clone ready to run, doing only what is missing, with nothing but Node:
//   node bin/setup.cjs         dependencies and build
//   node bin/setup.cjs test    also the parts that some tests need
const { spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..')
const modules = path.join(root, 'node_modules')
const dist = path.join(root, 'dist')

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) fail(2, `Smelt needs Node 20.19 or newer; this is ${process.version}.`)
const task = process.argv[2] ?? 'build'
if (!['build', 'test'].includes(task)) fail(2, `Usage: node bin/setup.cjs [build|test], not \`${task}\`.`)

installDependencies()
build()
if (task === 'test') run('the parts of the tests cannot be set up', process.execPath, ['test/setup/parts.mjs'])

function installDependencies() {
  const stampFile = path.join(modules, '.smelt-stamp')
  const wanted = hash([read('package-lock.json')])
  if (readText(stampFile) === wanted) return
  if (!installedAsLocked()) {
    say('installing dependencies (npm ci) ...')
    const npm = process.env.npm_execpath
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
    if (npm !== undefined && /npm(-cli)?\.c?js$/.test(npm)) run('npm ci failed', process.execPath, [npm, ...args])
    else run('npm ci failed', process.platform === 'win32' ? 'npm.cmd' : 'npm', args)
  }
  fs.writeFileSync(stampFile, wanted)
}

/** What npm says it installed is what the lockfile asks for, but for packages of other platforms. */
function installedAsLocked() {
  const installed = packagesOf(readText(path.join(modules, '.package-lock.json')))
  if (installed === undefined) return false
  const locked = packagesOf(read('package-lock.json').toString()) ?? {}
  const wanted = Object.entries(locked).filter(([name]) => name !== '')
  return (
    wanted.every(
      ([name, { version, optional }]) => installed[name]?.version === version || (optional && !installed[name]),
    ) && Object.keys(installed).every((name) => locked[name] !== undefined)
  )
}

function packagesOf(text) {
  try {
    return JSON.parse(text).packages
  } catch {
    return undefined
  }
}

function build() {
  const sources = walk(path.join(root, 'runtime')).filter((file) => file.endsWith('.ts'))
  if (sources.length === 0) return // An installed package comes built.
  const inputs = ['bin/build.mjs', 'package.json', 'package-lock.json'].map((name) => path.join(root, name))
  const wanted = hash([...inputs, ...sources].flatMap((file) => [path.relative(root, file), fs.readFileSync(file)]))
  const stampFile = path.join(dist, '.smelt-stamp')
  if (fs.existsSync(path.join(dist, 'cli', 'main.js')) && readText(stampFile) === wanted) return
  say('building ...')
  run('the build failed', process.execPath, [path.join(root, 'bin', 'build.mjs')])
  fs.writeFileSync(stampFile, wanted)
}

function walk(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const file = path.join(folder, entry.name)
      return entry.isDirectory() ? walk(file) : [file]
    })
    .sort()
}

function run(problem, command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (error !== undefined) fail(3, `${problem}: ${error.message}`)
  if (status !== 0) fail(status ?? 1, `${problem}; its output is above.`)
}

function read(name) {
  return fs.readFileSync(path.join(root, name))
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function hash(parts) {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part).update('\0')
  return sum.digest('hex')
}

function say(text) {
  console.error(`setup: ${text}`)
}

function fail(code, text) {
  say(text)
  process.exit(code)
}
