import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { partitionOf, REGIONS, SERVED_PARTITIONS, SERVED_REGIONS } from '../../runtime/spec/regions.ts'

const catalog = path.join(import.meta.dirname, '../../terragrunt/catalog')

it('serves the partitions that the modules take', () => {
  const text = readFileSync(path.join(catalog, 'modules/policies/variables.tf'), 'utf8')
  const [, taken = ''] = /contains\(\[([^\]]*)\], var\.tenant\.partition\)/.exec(text) ?? []
  expect([...taken.matchAll(/"([^"]*)"/g)].map(([, word]) => word)).toEqual(SERVED_PARTITIONS)
})

it('works the partition of a region out of how it begins', () => {
  expect(partitionOf('us-gov-east-1')).toBe('aws-us-gov')
  expect(partitionOf('us-east-1')).toBe('aws')
  expect(REGIONS.filter((region) => !SERVED_REGIONS.includes(region))).toEqual([
    'cn-north-1',
    'cn-northwest-1',
    'eusc-de-east-1',
  ])
})
