import { describe, expect, it } from 'vitest'
import { openPipeline, parsePipeline, type PipelineResult } from '#spec'

const HEAD = `smelt: 1
name: orders
sources:
  orders: { topic: orders, contract: c.json, event_time: at }
`

function parse(text: string): PipelineResult {
  return parsePipeline({ file: 'p.yaml', text, env: () => undefined })
}

/** The pointers of what could not be read; of parts within each other the whole. */
function broken({ rest }: PipelineResult): string[] {
  const all = [...(rest?.broken?.values() ?? [])].flat().map(({ pointer }) => pointer)
  return all.filter((each) => !all.some((other) => each.startsWith(`${other}/`)))
}

describe('what could not be read of a pipeline', () => {
  it.each([
    [
      'a column',
      'silver: { s: { from: orders, columns: { a: b, c: { expr: d, pii: hsah } } } }',
      ['/silver/s/columns/c'],
    ],
    ['a table with a word that means nothing', 'silver: { s: { from: orders, were: a } }', ['/silver/s']],
    ['a table without what it is made of', 'silver: { s: { where: a } }', ['/silver/s']],
    ['a table whose columns are a list', 'silver: { s: { from: orders, columns: [a] } }', ['/silver/s']],
    ['a setting beside the columns', 'silver: { s: { from: orders, dedupe: { by: [a] } } }', ['/silver/s/dedupe']],
    [
      'the length of windows',
      'gold: { g: { from: s, window: { tumbling: soon }, measures: { n: count(*) } } }',
      ['/gold/g/window'],
    ],
    ['the key of the newest row', 'gold: { g: { from: s, latest_by: id } }', ['/gold/g']],
    ['a layer', 'silver: [s]', ['/silver']],
    ['a name that is none', 'silver: { S-1: { from: orders } }', ['/silver']],
    [
      'a key that stands twice',
      'silver: { s: { from: orders, columns: { a: b, a: c, d: e } } }',
      ['/silver/s/columns/a'],
    ],
    ['a setting that stands twice', 'silver: { s: { from: orders, where: a, where: b } }', ['/silver/s/where']],
    ['a table with columns in it', 'silver: { s: { from: [], columns: { a: [] } } }', ['/silver/s']],
  ])('is as little as can be: %s', (_, text, pointers) => {
    const result = parse(`${HEAD}${text}\n`)
    expect(result.node).toBeUndefined()
    expect(broken(result)).toEqual(pointers)
  })

  it('is every layer that is not there, where a word may stand for one', () => {
    const result = parse(`${HEAD}sliver: { s: { from: orders } }\n`)
    expect(broken(result)).toEqual(expect.arrayContaining(['/silver', '/gold', '/sinks', '/references']))
    expect(broken(result)).not.toContain('/sources')
  })

  it('leaves the rest as it would be without it', () => {
    const sound = `${HEAD}silver: { s: { from: orders, columns: { a: b } } }\n`
    const { rest } = parse(sound.replace('columns: { a: b }', 'columns: { a: b, c: [] }'))
    const { file, name, params } = parse(sound).node ?? {}
    expect(rest).toMatchObject({ file, name, params, silver: [{ name: 's', node: { columns: [{ name: 'a' }] } }] })
  })

  it.each([
    ['nothing is wrong', HEAD],
    ['the format is another', HEAD.replace('smelt: 1', 'smelt: 2')],
    ['there is no tree', `${HEAD}silver: { s\n`],
    ['a mark on a value may mean anything', `${HEAD}silver: { s: &s { from: orders } }\n`],
    [
      'a param has no value',
      `${HEAD}params: { p: { type: string } }\nsilver: { s: { from: "\${params.p}", were: a } }\n`,
    ],
  ])('is not looked for where %s', (_, text) => {
    expect(parse(text).rest).toBeUndefined()
  })

  it('is the same however often a file is read', () => {
    const text = `${HEAD}silver: { s: { from: orders, where: a, where: b }, t: { from: orders, were: a }, u: { from: orders } }\n`
    const file = openPipeline({ file: 'p.yaml', text, env: () => undefined })
    const [first, second] = [file.parse(), file.parse()]
    expect(second).toEqual(first)
    expect(broken(second)).toEqual(['/silver/s/where', '/silver/t'])
  })
})
