import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkProject, instanceName, loadProject, type CheckedProject, type FileReader } from '#tenant'
import { projectFiles } from './project-files.ts'

const contract =
  '{ "type": "object", "required": ["at"], "properties": { "at": { "type": "string", "format": "date-time" } } }'
const files = new Map([
  [
    'smelt.yaml',
    'smelt: 1\ndefault_environment: e\nenvironments: { e: { broker: { topic_log: t }, lake: { folder: l } } }\n',
  ],
  ['tenants/acme.yaml', 'smelt: 1\nid: acme\npipelines: { used: }\n'],
  ['tenants/globex.yaml', 'smelt: 1\nid: globex\npipelines: { used: }\n'],
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
  return checkProject(loadProject(reader, { env: () => undefined }), reader)
}

describe('checkProject', () => {
  it('gives each instance its plan', () => {
    const { instances, diagnostics, texts } = check()
    expect(diagnostics).toEqual([])
    expect(instances.map((each) => [instanceName(each), each.resolved.plan?.sources[0]?.topic])).toEqual([
      ['acme/used', 'acme.t'],
      ['globex/used', 'globex.t'],
    ])
    expect(texts.has('pipelines/used/c.json')).toBe(true)
  })

  it.each(['used', 'idle'])('reports a wrong expression of a pipeline that is %s, once', (name) => {
    const file = `pipelines/${name}/pipeline.yaml`
    const { diagnostics } = check([file, (files.get(file) ?? '').replace('at is not null', 'ta is not null')])
    expect(diagnostics.map(({ span }) => span?.file)).toEqual([file])
  })

  it('finds nothing wrong with the shipped project, and a plan for every instance', () => {
    const disk: FileReader = {
      read: (path) => (existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined),
      list: (folder) => readdirSync(folder),
    }
    const { instances, diagnostics } = checkProject(loadProject(disk, { env: () => undefined }), disk)
    expect(diagnostics).toEqual([])
    expect(instances.map(({ resolved }) => resolved.plan?.gold.map(({ table }) => table.name))).toEqual([
      ['fleet_health', 'device_status'],
      ['fleet_health', 'device_status'],
    ])
  })
})
