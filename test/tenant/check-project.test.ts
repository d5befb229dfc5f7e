import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkProject, instanceName, type CheckedProject, type FileReader } from '#tenant'
import { projectFiles } from './project-files.ts'

const contract =
  '{ "type": "object", "required": ["at"], "properties": { "at": { "type": "string", "format": "date-time" } } }'
const files = new Map([
  [
    'smelt.yaml',
    'smelt: 1\ndefault_environment: e\nenvironments: { e: { broker: { topic_log: t }, lake: { folder: l } } }\n',
  ],
  ['tenants/acme.yaml', 'smelt: 1\npipelines: { used: }\n'],
  ['tenants/globex.yaml', 'smelt: 1\npipelines: { used: }\n'],
  ...['used', 'idle'].flatMap((name): [string, string][] => [
    [`pipelines/${name}/c.json`, contract],
    [
      `pipelines/${name}/pipeline.yaml`,
      `smelt: 1\nname: ${name}\nsources: { s: { topic: t, contract: c.json, event_time: at } }\nsilver: { t: { from: s, where: at is not null } }\n`,
    ],
  ]),
])

function check(...changes: [string, string][]): CheckedProject {
  const reader = projectFiles(new Map([...files, ...changes]))
  return checkProject(reader, { env: () => undefined })
}

describe('checkProject', () => {
  it('gives each instance its plan', () => {
    const { instances, diagnostics, texts } = check()
    expect(diagnostics).toEqual([])
    expect(instances.map(instanceName)).toEqual(['acme/used', 'globex/used'])
    expect(texts.has('pipelines/used/c.json')).toBe(true)
  })

  it.each(['used', 'idle'])('reports a wrong expression of a pipeline that is %s, once', (name) => {
    const file = `pipelines/${name}/pipeline.yaml`
    const { diagnostics } = check([file, (files.get(file) ?? '').replace('at is not null', 'ta is not null')])
    expect(diagnostics.map(({ span }) => span?.file)).toEqual([file])
  })

  it('reads the tests beside a pipeline, run or idle, without taking their faults for those of the pipeline', () => {
    const bad = (name: string): [string, string] => [`pipelines/${name}/tests/a.yaml`, 'smelt: 1\ncaces: {}\n']
    const unused: [string, string] = ['pipelines/used/contracts/old.schema.json', '{}']
    const { diagnostics, texts } = check(bad('used'), bad('idle'), ['pipelines/used/tests/notes.md', '#'], unused)
    expect(diagnostics.map(({ code, span }) => `${code} ${span?.file ?? ''}`)).toEqual([
      'spec/unused-file pipelines/used/contracts/old.schema.json',
      'spec/unknown-field pipelines/idle/tests/a.yaml',
      'spec/unknown-field pipelines/used/tests/a.yaml',
    ])
    expect(texts.has('pipelines/idle/tests/a.yaml')).toBe(true)
  })

  it('tells a table of two pipelines once, with every tenant that runs both', () => {
    const both = (id: string): [string, string] => [`tenants/${id}.yaml`, `smelt: 1\npipelines: { used: , idle: }\n`]
    const { diagnostics } = check(both('acme'), both('globex'))
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'tenant/duplicate-table `used` and `idle` both make the table `bronze.s`, and `acme`, `globex` run both',
      'tenant/duplicate-table `used` and `idle` both make the table `silver.t`, and `acme`, `globex` run both',
    ])
    expect(diagnostics[0]?.related?.[0]?.span.file).toBe('pipelines/used/pipeline.yaml')
  })

  it('tells of contracts and references that nothing uses, but not of a pipeline that is broken', () => {
    const unused: [string, string] = ['pipelines/used/contracts/old.schema.json', '{}']
    expect(check(unused).diagnostics.map(({ code }) => code)).toEqual(['spec/unused-file'])
    const broken: [string, string] = ['pipelines/used/pipeline.yaml', 'smelt: 1\nname: used\nsources: {}\n']
    expect(check(unused, broken).diagnostics.map(({ code }) => code)).toEqual(['spec/no-value'])
  })

  it('finds nothing wrong with the shipped project, and a plan for every instance', () => {
    const disk: FileReader = {
      read: (path) => (existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined),
      list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
    }
    const { instances, diagnostics } = checkProject(disk, { env: () => undefined })
    expect(diagnostics).toEqual([])
    expect(instances.map(instanceName)).toEqual(['acme/inventory-compliance', 'globex/inventory-compliance'])
  })
})
