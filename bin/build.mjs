// Bundles the runtime into `dist`, so that a command reads a few files at its start and not hundreds.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { rolldown } from 'rolldown'

const root = path.join(import.meta.dirname, '..')

/** The command line and its threads, what writes the generated files, and what the bench calls. */
const ENTRIES = [
  'cli/main',
  'cli/check/check-thread',
  'cli/generate/index',
  'stream/index',
  'lake/index',
  'engine/index',
  'cli/demo/inventory-events',
  'tenant/policy/index',
]

/** Packages that load a native library or another of their own files must stay where that file is. */
const EXTERNAL = [
  /^@aws-sdk\//,
  /^@bokuweb\/zstd-wasm/,
  /^@duckdb\/node-bindings/,
  /^@node-rs\/crc32/,
  /^@platformatic\/wasm-utils/,
  'kafkajs',
  'lz4-napi',
  'snappyjs',
]

const found = ENTRIES.map((entry) => [entry, path.join(root, 'runtime', `${entry}.ts`)])
const bundle = await rolldown({
  input: Object.fromEntries(found.filter(([, file]) => existsSync(file))),
  cwd: root,
  platform: 'node',
  external: EXTERNAL,
  // The same parser without its tracing, which asks the environment at every token.
  resolve: { alias: { yaml: path.join(root, 'node_modules', 'yaml', 'browser', 'index.js') } },
  onLog(level, log, report) {
    if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
    report(level, log)
  },
})
/** Apart from the engine: explaining a plan needs its SQL and no engine. */
const groups = [{ name: 'dialect', test: /runtime[\\/]dialect[\\/]/ }]
await bundle.write({
  dir: path.join(root, 'dist'),
  format: 'esm',
  sourcemap: true,
  cleanDir: true,
  chunkFileNames: 'chunks/[name]-[hash].js',
  codeSplitting: { groups },
})
