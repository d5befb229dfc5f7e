import { cpSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { badByte } from '../../runtime/cli/utf8.ts'
import { BASE } from '../support/golden-case.ts'
import { smelt } from './support/buffer-host.ts'
import { temporaryFolder, write } from './support/project.ts'

const LATIN = 0xe9

/** Where the first byte is that is no UTF-8: `line:column byte`. */
function foundIn(...parts: readonly (string | number)[]): string | undefined {
  const bytes = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))))
  const bad = badByte('a.csv', bytes.toString('utf8'), () => bytes)
  return bad && `${bad.span.start.line}:${bad.span.start.column} ${bad.byte.toString(16)}`
}

describe('the first byte that is not UTF-8', () => {
  it.each([
    ['alone', [LATIN], '1:1 e9'],
    ['after characters of several bytes', ['é😀\nß€', LATIN, 'x', LATIN], '2:3 e9'],
    ['a character that breaks off as its replacement begins', ['a', 0xef, 0xbf, 'b'], '1:2 ef'],
    ['a character that breaks off at the end', ['ab\n', 0xe2, 0x82], '2:1 e2'],
    ['a byte that only goes on', ['a', 0x80], '1:2 80'],
    ['behind a replacement that is written so', ['\uFFFD', LATIN], '1:2 e9'],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80], '1:1 ed'],
    ['UTF-16', [0xff, 0xfe, 'a', 0], '1:1 ff'],
  ])('%s', (_, parts, place) => {
    expect(foundIn(...parts)).toBe(place)
  })

  it('is not there in a text that holds the replacement itself', () => {
    expect(foundIn('a\uFFFDb')).toBeUndefined()
  })

  it('is not looked for in a sound text', () => {
    const read = (): never => {
      throw new Error('the bytes were read')
    }
    expect(badByte('a.csv', 'é😀', read)).toBeUndefined()
  })
})

it.each([
  ['pipelines/orders/pipeline.yaml', 'topic: orders'],
  ['pipelines/orders/contracts/orders.schema.json', '"type"'],
  ['pipelines/orders/reference/countries.csv', 'country'],
  ['tenants/acme.yaml', 'smelt'],
  ['smelt.yaml', 'smelt'],
  ['pipelines/orders/tests/a.yaml', 'smelt'],
])('check tells of it once, at its place: %s', async (file, behind) => {
  const folder = temporaryFolder()
  cpSync(BASE, folder, { recursive: true })
  if (file.includes('/tests/')) write(folder, { [file]: 'smelt: 1\n' })
  const sound = readFileSync(path.join(folder, file))
  const at = sound.indexOf(behind) + behind.length
  write(folder, { [file]: Buffer.concat([sound.subarray(0, at), Buffer.of(LATIN), sound.subarray(at)]) })
  const { code, out } = await smelt(['check', '--json'], { folder })
  const { diagnostics } = JSON.parse(out) as { diagnostics: { code: string; span: { start: object } | null }[] }
  const lines = sound.subarray(0, at).toString().split('\n')
  const start = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
  const found = diagnostics.filter((each) => each.code !== 'cli/secret-not-set')
  expect(code).toBe(1)
  expect(found).toMatchObject([{ code: 'spec/not-utf8', span: { file, start } }])
})
