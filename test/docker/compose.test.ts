import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { PACKAGE_FOLDER } from '../cli/support/buffer-host.ts'
import { describeWithParts } from '../support/parts.ts'

interface Service {
  readonly image: string
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly user?: string
  readonly [field: string]: unknown
}

const FOLDER = path.join(PACKAGE_FOLDER, 'docker')
const TEXT = readFileSync(path.join(FOLDER, 'compose.yaml'), 'utf8')
const file = parse(TEXT, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> }
const services = Object.entries(file.services)

describe('docker/compose.yaml', () => {
  it('has what is around Smelt', () => {
    expect(Object.keys(file.services)).toEqual(
      expect.arrayContaining(['kafka', 's3', 'catalog', 'prometheus', 'grafana', 'smelt']),
    )
  })

  it.each(services)('%s is an image of one version', (_name, { image }) => {
    expect(image).toMatch(/^[a-z0-9./-]+:v?\d[\w.-]*$/)
  })

  it.each(services)('%s is open to this machine alone', (_name, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
  })

  it.each(services)('%s mounts what is there', (_name, { volumes = [] }) => {
    for (const volume of volumes) {
      const [source = ''] = volume.split(':')
      if (source.startsWith('./')) expect(existsSync(path.join(FOLDER, source))).toBe(true)
      else if (!source.startsWith('../.smelt/')) expect(Object.keys(file.volumes)).toContain(source)
    }
  })

  it('runs Smelt with nothing to write but its scratch, and time for its last checkpoint', () => {
    expect(file.services['smelt']).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      stop_grace_period: '2m',
      build: { dockerfile: 'docker/Dockerfile', target: 'project' },
    })
  })

  it('listens where the environments of smelt.yaml look', () => {
    const project = readFileSync(path.join(PACKAGE_FOLDER, 'smelt.yaml'), 'utf8')
    for (const name of ['kafka', 's3'] as const)
      for (const port of file.services[name]?.ports ?? []) expect(project).toContain(`:${port.split(':')[1]}}`)
  })
})

describeWithParts(['compose-schema'], 'docker/compose.yaml, by its schema', (folders) => {
  it('is what the Compose specification takes, and a misspelt word of it is found', () => {
    const schema = readFileSync(path.join(folders['compose-schema'] ?? '', 'compose-spec.json'), 'utf8')
    const { $schema: _dialect, ...rest } = JSON.parse(schema) as Record<string, unknown>
    const valid = new Ajv({ strict: false, logger: false, validateFormats: false }).compile(rest)
    const plain = (text: string): unknown => parse(text, { merge: true })
    expect([valid(plain(TEXT)), valid.errors]).toEqual([true, null])
    expect(valid(plain(TEXT.replace('healthcheck:', 'healthchek:')))).toBe(false)
  })
})

/** Compose as it comes: with Docker, or by itself. */
const COMPOSE = [['docker', 'compose'], ['docker-compose']] as const
const compose = COMPOSE.find(([program, ...args]) => spawnSync(program, [...args, 'version']).status === 0)

describe.skipIf(compose === undefined)(
  `docker compose config${compose === undefined ? ' (NOT TESTED: there is no `docker compose`)' : ''}`,
  () => {
    const config = (file: string): { status: number | null; stderr: string } => {
      const [program = '', ...args] = compose ?? []
      const asked = [...args, '-f', '-', '--project-directory', FOLDER, '--profile', '*', 'config', '--quiet']
      const { status, stderr } = spawnSync(program, asked, { encoding: 'utf8', input: file })
      return { status, stderr }
    }

    it('takes the file', () => {
      expect(config(TEXT)).toEqual({ status: 0, stderr: '' })
    })

    it('tells a misspelt word of it', () => {
      const { status, stderr } = config(TEXT.replace('healthcheck:', 'healthchek:'))
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringContaining("'healthchek' not allowed") as string,
      })
    })
  },
)
