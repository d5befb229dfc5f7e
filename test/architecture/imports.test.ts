import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { SOURCES, type SourceFile } from './sources.ts'

/** Which modules a module may import: DESIGN section 6, word for word. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  spec: ['diagnostics'],
  contract: ['diagnostics'],
  plan: ['spec', 'contract', 'diagnostics'],
  'dialect/duckdb': ['plan', 'contract', 'diagnostics'],
  lake: ['diagnostics'],
  stream: ['diagnostics'],
  sink: ['diagnostics', 'stream'],
  ingest: ['diagnostics', 'contract', 'lake', 'stream'],
  engine: ['diagnostics', 'spec', 'contract', 'plan', 'dialect/duckdb', 'lake', 'stream', 'sink'],
  fixture: ['diagnostics', 'spec', 'contract', 'plan', 'dialect/duckdb', 'lake', 'stream', 'sink', 'engine'],
  tenant: ['spec', 'plan', 'diagnostics'],
  telemetry: ['diagnostics'],
  scaffold: ['contract', 'plan', 'diagnostics'],
  cli: [
    'diagnostics',
    'spec',
    'contract',
    'plan',
    'dialect/duckdb',
    'lake',
    'stream',
    'sink',
    'ingest',
    'engine',
    'fixture',
    'tenant',
    'telemetry',
    'scaffold',
  ],
}

/** Which packages a module may import. What is not here is nobody's. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  spec: ['yaml'],
  contract: ['ajv'],
  lake: ['@aws-sdk/client-s3', '@aws-sdk/lib-storage', 'avsc'],
  stream: ['@platformatic/kafka', 'kafkajs', '@bokuweb/zstd-wasm', 'lz4-napi', 'snappyjs', '@node-rs/crc32'],
  tenant: ['yaml'],
  scaffold: ['csv-parse', 'yaml'],
  engine: ['@duckdb/node-api', '@duckdb/node-bindings'],
  fixture: ['yaml'],
  cli: ['commander'],
}

const edges = SOURCES.flatMap((source) => source.imports.map((target) => ({ source, target })))

/** What is wrong with an import, or undefined. */
function fault({ source, target }: { source: SourceFile; target: string }): string | undefined {
  const say = (what: string): string => `${source.file} imports ${target}: ${what}`
  if (target.startsWith('#')) {
    const module = target.slice(1)
    if (module === source.module) return say('within its own module only relative paths are used')
    if (MAY_IMPORT[source.module]?.includes(module) === true) return undefined
    return say(`\`${source.module}\` may not import \`${module}\``)
  }
  if (target.startsWith('.')) {
    const resolved = path.posix.normalize(path.posix.join(path.posix.dirname(source.file), target))
    if (!target.endsWith('.ts')) return say('a relative path ends with .ts')
    return resolved.startsWith(`${source.module}/`) ? undefined : say('another module is imported by its front door')
  }
  if (target.startsWith('node:')) return undefined
  const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/')
  return MAY_USE[source.module]?.includes(name) === true
    ? undefined
    : say(`\`${source.module}\` may not use this package`)
}

describe('imports', () => {
  it('go in the directions of the table, through front doors', () => {
    expect(edges.length).toBeGreaterThan(300)
    expect(edges.flatMap((edge) => fault(edge) ?? [])).toEqual([])
  })

  it('every module of the runtime is in the table', () => {
    expect([...new Set(SOURCES.map(({ module }) => module))].filter((module) => !(module in MAY_IMPORT))).toEqual([])
  })

  it('of tables that are wider than need be are found', () => {
    const used = new Set(
      edges.map(({ source, target }) =>
        target.startsWith('#')
          ? `${source.module} ${target.slice(1)}`
          : `${source.module} ${target.split('/', target.startsWith('@') ? 2 : 1).join('/')}`,
      ),
    )
    const unused = Object.entries(MAY_USE).flatMap(([module, names]) =>
      names.filter((name) => !used.has(`${module} ${name}`)).map((name) => `${module} no longer uses ${name}`),
    )
    expect(unused).toEqual([])
  })

  it('form no cycle, types included', () => {
    const files = new Map(SOURCES.map((source) => [source.file, source]))
    const done = new Set<string>()
    const open: string[] = []
    const cycles: string[] = []
    const visit = (file: string): void => {
      if (done.has(file)) return
      if (open.includes(file)) {
        cycles.push([...open.slice(open.indexOf(file)), file].join(' -> '))
        return
      }
      open.push(file)
      for (const target of files.get(file)?.imports ?? []) {
        const next = target.startsWith('#')
          ? `${target.slice(1)}/index.ts`
          : path.posix.normalize(path.posix.join(path.posix.dirname(file), target))
        if (files.has(next)) visit(next)
      }
      open.pop()
      done.add(file)
    }
    for (const file of files.keys()) visit(file)
    expect(cycles).toEqual([])
  })

  it('a front door names what it gives', () => {
    const doors = SOURCES.filter(({ file }) => file === 'index.ts' || file.endsWith('/index.ts'))
    expect(doors.filter(({ text }) => /export \*/.test(text)).map(({ file }) => file)).toEqual([])
  })

  it.each([
    ['lake', 'lake/x.ts', '#plan', 'may not import'],
    ['diagnostics', 'diagnostics/x.ts', '#spec', 'may not import'],
    ['engine', 'engine/x.ts', '../lake/table.ts', 'front door'],
    ['plan', 'plan/x.ts', '@duckdb/node-api', 'may not use'],
    ['cli', 'cli/x.ts', './host', 'ends with .ts'],
    ['cli', 'cli/x.ts', '#cli', 'relative'],
  ])('the rules would catch: %s in %s importing %s', (module, file, target, words) => {
    expect(fault({ source: { file, module, text: '', imports: [] }, target })).toContain(words)
  })
})
