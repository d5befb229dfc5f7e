import { mkdirSync, rmdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { activeTenants } from '../../../runtime/cli/ingest/active-tenants.ts'
import { openProject } from '../../../runtime/cli/project.ts'
import { bufferHost } from '../support/buffer-host.ts'
import { temporaryFolder, write } from '../support/project.ts'

it('activeTenants follows the file of a tenant, a second behind at most, and takes a broken one for no answer', () => {
  const folder = temporaryFolder()
  const state = (text: string): void =>
    write(folder, { 'tenants/acme.yaml': `smelt: 1\n${text}pipelines: { orders: }\n` })
  write(folder, {
    'smelt.yaml':
      'smelt: 1\ndefault_environment: a\nenvironments: { a: { broker: { topic_log: t }, lake: { folder: l } } }\n',
  })
  state('')
  let nowMs = 1_000_000
  const host = bufferHost({ folder, clock: () => nowMs })
  const isActive = activeTenants(host, openProject(host, { json: false, colours: false }))
  const later = (): boolean => {
    nowMs += 1_000
    return isActive('acme')
  }
  expect(isActive('acme')).toBe(true)
  state('state: suspended\n')
  nowMs += 999
  expect(isActive('acme')).toBe(true)
  nowMs += 1
  expect(isActive('acme')).toBe(false)
  state('state: susp')
  expect(later()).toBe(false)
  state('')
  expect(later()).toBe(true)
  state('state: [')
  expect(later()).toBe(true)
  rmSync(path.join(folder, 'tenants/acme.yaml'))
  expect(later()).toBe(true)
  mkdirSync(path.join(folder, 'tenants/acme.yaml'))
  expect(later()).toBe(true)
  rmdirSync(path.join(folder, 'tenants/acme.yaml'))
  state('state: offboarded\n')
  expect(later()).toBe(false)
  expect(isActive('globex')).toBe(false)
})
