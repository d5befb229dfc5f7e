import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { PACKAGE_FOLDER } from '../cli/support/buffer-host.ts'

const read = (file: string): string => readFileSync(path.join(PACKAGE_FOLDER, file), 'utf8')

/** The instructions of the Dockerfile, without comments, continued lines joined. */
const lines = read('docker/Dockerfile')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
const of = (instruction: string): string[] =>
  lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1))
const ignore = read('docker/Dockerfile.dockerignore').split('\n')
const copied = of('COPY')
  .filter((line) => !line.startsWith('--from='))
  .flatMap((line) => line.split(/\s+/).slice(0, -1))

describe('docker/Dockerfile', () => {
  it('starts from one version of Node, which is new enough', () => {
    const [, version = ''] = /^NODE_IMAGE=node:(\d+\.\d+)\.\d+-[a-z]+-slim$/.exec(of('ARG')[0] ?? '') ?? []
    expect(Number(version)).toBeGreaterThanOrEqual(20.19)
    const stages = of('FROM')
    expect(stages).toEqual(['${NODE_IMAGE} AS build', '${NODE_IMAGE} AS runtime', 'runtime AS project'])
  })

  it('runs as a user that is not root, by number, so that Kubernetes can see it', () => {
    expect(of('USER')).toEqual(['1000:1000'])
    expect(lines.indexOf('USER 1000:1000')).toBeLessThan(lines.findIndex((line) => line.startsWith('ENTRYPOINT')))
  })

  it('gives signals to Smelt and not to a shell', () => {
    expect(JSON.parse(of('ENTRYPOINT')[0] ?? '')).toEqual(['node', '/opt/smelt/bin/smelt.cjs'])
  })

  it('copies what there is, and what the build is given', () => {
    expect(copied.length).toBeGreaterThan(8)
    for (const name of copied) {
      expect(existsSync(path.join(PACKAGE_FOLDER, name))).toBe(true)
      expect(ignore).toContain(`!${name.split('/')[0]}`)
    }
  })

  it('is given no more than it copies', () => {
    expect(ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1))).toEqual([...new Set(copied)])
    expect(ignore).toContain('*')
  })

  it('fetches nothing but the packages of the lockfile', () => {
    expect(of('ADD')).toEqual([])
    expect(of('RUN').filter((line) => /curl|wget|apt|npm install/.test(line))).toEqual([])
    expect(of('RUN')[0]).toMatch(/^npm ci /)
  })

  it('has all that the package has', () => {
    const { files } = JSON.parse(read('package.json')) as { files: string[] }
    const places = of('COPY').map((line) => line.split(/\s+/).at(-1) ?? '')
    for (const name of files) expect(places.some((place) => place.startsWith(`/opt/smelt/${name}`))).toBe(true)
  })
})
