import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { PACKAGE_FOLDER } from './support/buffer-host.ts'
import { project } from './support/project.ts'

const LAUNCHER = path.join(PACKAGE_FOLDER, 'bin', 'smelt.cjs')

/** Every source that a command loads: the scripts, as V8 itself counts them for coverage, and what was bundled in them. */
function loadedBy(args: readonly string[], folder: string): string[] {
  const out = path.join(folder, 'coverage')
  const env = { ...process.env, NODE_V8_COVERAGE: out }
  const { status, stderr } = spawnSync(process.execPath, [LAUNCHER, ...args], { cwd: folder, env, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return readdirSync(out).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(path.join(out, name), 'utf8')) as { result: { url: string }[] }
    return result.flatMap(({ url }) => [url, ...bundledIn(url)])
  })
}

function bundledIn(url: string): readonly string[] {
  const map = url.startsWith('file:') ? `${fileURLToPath(url)}.map` : ''
  return existsSync(map) ? (JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] }).sources : []
}

const HEAVY = /@duckdb|@aws-sdk|@smithy|@platformatic|kafkajs|avsc|duckdb\.node/

describe('starting', () => {
  it('check loads neither the engine nor a cloud nor a broker', () => {
    const folder = project()
    const loaded = loadedBy(['check'], folder)
    // The spy sees what is there.
    expect(loaded.filter((each) => each.endsWith('runtime/cli/commands/check.ts'))).toHaveLength(1)
    expect(loaded.filter((each) => each.includes('node_modules/yaml/'))).not.toEqual([])
    expect(loaded.filter((each) => HEAVY.test(each))).toEqual([])
  })

  it.each([[], ['--sql'], ['--mermaid'], ['--lineage', 'gold.fleet_health']])(
    'explain %s loads neither the engine nor a cloud nor a broker',
    (...view) => {
      const loaded = loadedBy(['explain', 'acme/inventory-compliance', ...view], project())
      expect(loaded.filter((each) => each.endsWith('runtime/cli/commands/explain.ts'))).toHaveLength(1)
      expect(loaded.filter((each) => HEAVY.test(each))).toEqual([])
    },
  )

  it('the spy would tell: query does load the engine', () => {
    const folder = project()
    expect(loadedBy(['query', 'select 1'], folder).filter((each) => each.includes('@duckdb'))).not.toEqual([])
  })

  it('gives file reads more threads than Node would, unless told otherwise', () => {
    const print = 'console.log(process.env.UV_THREADPOOL_SIZE); process.exit()'
    const threads = (env: NodeJS.ProcessEnv): string =>
      spawnSync(process.execPath, ['-e', `require(${JSON.stringify(LAUNCHER)}); ${print}`, '--', '--version'], {
        encoding: 'utf8',
        env,
      }).stdout.trim()
    const { UV_THREADPOOL_SIZE: _set, ...env } = process.env
    expect(threads(env)).toBe('8')
    expect(threads({ ...env, UV_THREADPOOL_SIZE: '3' })).toBe('3')
  })
})
