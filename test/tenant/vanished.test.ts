import { describe, expect, it } from 'vitest'
import { checkProject, NO_HISTORY, renderArgo, type FileReader, type TenantHistory } from '#tenant'
import { readerOf } from '../support/golden-case.ts'

const ACME = { 'tenants/acme.yaml': 'smelt: 1\npipelines: { orders: }\n' }
const STUB = 'terragrunt/live/prod/eu-central-1/tenants/initech/terragrunt.stack.hcl'
const KAFKA = 'rendered/local/initech/kafka.json'
const OVERLAY = 'k8s/prod/tenants/initech/workloads.yaml'
const COMMIT = '0123456789ab'

const removed = (name: string): TenantHistory['removals'][number] => ({
  name,
  commit: COMMIT,
  restore: `git checkout ${COMMIT}~1 -- tenants/${name}`,
})

/** What is told of tenants that are gone, each with its place and the other places. */
function told(
  files: Readonly<Record<string, string>>,
  history?: Partial<TenantHistory>,
  changes: Partial<FileReader> = {},
): string[] {
  const reader = { ...readerOf(new Map(Object.entries(files))), ...changes }
  const whole = history && { ...NO_HISTORY, ...history }
  const { diagnostics } = checkProject(reader, { env: () => undefined }, whole)
  return diagnostics
    .filter(({ code }) => code === 'tenant/vanished' || code === 'tenant/unread-history')
    .map(({ code, message, span, related = [] }) => {
      const places = [span, ...related.map((each) => each.span)].map(
        (each) => `${each?.file ?? ''}:${each?.start.line ?? ''}`,
      )
      return `${code} ${message} at ${places.join(' ')}`
    })
}

describe('a tenant without a file', () => {
  it.each([
    [STUB, 'terragrunt/live/prod/eu-central-1/tenants/initech'],
    [KAFKA, 'rendered/local/initech'],
    ['rendered/prod/initech/lake.json', 'rendered/prod/initech'],
    [OVERLAY, 'k8s/prod/tenants/initech'],
    ['k8s/s3/tenants/initech/kustomization.yaml', 'k8s/s3/tenants/initech'],
  ])('is noticed by %s', (file, folder) => {
    expect(told({ ...ACME, [file]: '' })).toEqual([
      `tenant/vanished \`${folder}\` is there, but no file of the tenant \`initech\` at ${file}:1`,
    ])
  })

  it('is noticed by what Argo CD is given, at the line that names it', () => {
    const [environment, repository, revision, folder] = ['prod', 'https://git.example.org/lake.git', 'main', 'k8s']
    const argo = (tenants: readonly string[]): Record<string, string> =>
      Object.fromEntries(
        [...renderArgo({ environment, repository, revision, folder, tenants })].map(([file, text]) => [
          `k8s/${file}`,
          text,
        ]),
      )
    expect(told({ ...ACME, ...argo(['acme']) })).toEqual([])
    const files = argo(['acme', 'initech'])
    const file = 'k8s/prod/argocd/projects.yaml'
    const line = (files[file] ?? '').split('\n').indexOf('  description: Smelt for initech in prod') + 1
    expect(told({ ...ACME, ...files })).toEqual([
      `tenant/vanished \`AppProject smelt-prod-initech\` is there, but no file of the tenant \`initech\` at ${file}:${line}`,
    ])
  })

  it('is one problem, whatever was made for it and whoever knows of it', () => {
    const files = { ...ACME, [STUB]: '', [KAFKA]: '', [OVERLAY]: '' }
    const places = [STUB, KAFKA, OVERLAY].map((each) => `${each}:1`).join(' ')
    expect(told(files, { removals: [removed('initech.yaml')] })).toEqual([
      `tenant/vanished \`tenants/initech.yaml\` was removed by the commit \`${COMMIT}\` at ${places}`,
    ])
  })

  it('is noticed by the history alone, also with its newest commit unsaved', () => {
    expect(told(ACME, { removals: [removed('initech.yml'), removed('hooli.yaml')] })).toEqual([
      `tenant/vanished \`tenants/hooli.yaml\` was removed by the commit \`${COMMIT}\` at tenants/hooli.yaml:1`,
      `tenant/vanished \`tenants/initech.yml\` was removed by the commit \`${COMMIT}\` at tenants/initech.yml:1`,
    ])
    expect(told(ACME, { committed: ['acme.yaml', 'hooli.yaml'], removals: [removed('hooli.yaml')] })).toEqual([
      'tenant/vanished `tenants/hooli.yaml` was removed, which is not committed yet at tenants/hooli.yaml:1',
    ])
  })

  it('says how to put the file back, and how to let the tenant go', () => {
    const help = (history: TenantHistory): string =>
      checkProject(readerOf(new Map(Object.entries(ACME))), { env: () => undefined }, history).diagnostics.find(
        ({ code }) => code === 'tenant/vanished',
      )?.help ?? ''
    const known = help({ ...NO_HISTORY, removals: [removed('initech.yaml')] })
    expect(known).toContain(`\`git checkout ${COMMIT}~1 -- tenants/initech.yaml\``)
    expect(known).toContain('`smelt tenant suspend initech` and `smelt tenant offboard initech`')
    expect(help({ ...NO_HISTORY, committed: ['hooli.yaml'] })).toContain('`git checkout HEAD -- tenants/hooli.yaml`')
  })

  it('needs a file in any state, with either ending, and be it broken', () => {
    const everything = { [STUB]: '', [KAFKA]: '', [OVERLAY]: '' }
    const history = { removals: [removed('initech.yaml')], committed: ['initech.yaml'] }
    for (const [name, text] of [
      ['initech.yaml', 'smelt: 1\nstate: offboarded\npipelines: { orders: }\n'],
      ['initech.yml', 'smelt: 1\npipelines: { orders: }\n'],
      ['initech.yaml', ': nonsense'],
    ] as const)
      expect(told({ ...ACME, ...everything, [`tenants/${name}`]: text }, history)).toEqual([])
  })
})

describe('what is no tenant', () => {
  it('is a file or folder that none could have', () => {
    const names = ['Initech.yaml', 'x.yaml', 'sub/initech.yaml', 'README.md', 'a\nb.yaml', '../initech.yaml']
    expect(told(ACME, { committed: names, removals: names.map(removed) })).toEqual([])
    expect(told({ ...ACME, 'rendered/docs/pages/index.html': '', 'k8s/base/service.yaml': '' })).toEqual([])
  })

  it('is nothing while the folder of tenants cannot be read', () => {
    const fault: NonNullable<FileReader['fault']> = (file) =>
      file === 'tenants'
        ? { code: 'cli/unreadable-file', severity: 'error', message: 'no', why: '', help: '' }
        : undefined
    const list = (folder: string): readonly string[] =>
      folder === 'tenants' ? [] : readerOf(new Map([[KAFKA, '']])).list(folder)
    expect(told({}, { committed: ['acme.yaml'] }, { list, fault })).toEqual([])
    expect(told({}, { committed: ['acme.yaml'] }, { list })).toHaveLength(2)
  })
})

it('a history that cannot be read is told as a warning, and what was made still counts', () => {
  expect(told({ ...ACME, [KAFKA]: '' }, { unread: 'git is not installed' })).toEqual([
    'tenant/unread-history Git does not say which tenants there were: git is not installed at :',
    expect.stringContaining('tenant/vanished `rendered/local/initech` is there') as string,
  ])
})
