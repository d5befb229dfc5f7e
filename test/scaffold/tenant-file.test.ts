import { describe, expect, it } from 'vitest'
import { addPipeline, tenantText } from '#scaffold'
import { parseTenant } from '#spec'

function edited(text: string, hides = false): string {
  const edit = addPipeline(text, 'acme', 'orders', hides)
  if (edit.kind !== 'edited') throw new Error(edit.kind)
  const { node, diagnostics } = parseTenant({ file: 'tenants/acme.yaml', text: edit.text, env: () => undefined })
  expect(diagnostics).toEqual([])
  expect(node?.pipelines.map(({ name }) => name)).toContain('orders')
  return edit.text
}

describe('addPipeline', () => {
  it('adds a line behind the last pipeline and changes nothing else', () => {
    const text = `smelt: 1 # format
name: 'Acme "Corporation"'

pipelines:
  # the first
  inventory: # every param at its default
  other:
    params: { low: \${env.LOW:-10}, name: "a # b" } # kept

# the end
`
    expect(edited(text)).toBe(text.replace('# kept\n', '# kept\n  orders:\n'))
  })

  it.each([
    ['without an end of line', 'smelt: 1\npipelines:\n  a:', 'smelt: 1\npipelines:\n  a:\n  orders:\n'],
    ['deeper', 'smelt: 1\npipelines:\n    a: {}\n', 'smelt: 1\npipelines:\n    a: {}\n    orders:\n'],
    ['before another key', 'pipelines:\n  a:\nsmelt: 1\n', 'pipelines:\n  a:\n  orders:\nsmelt: 1\n'],
    ['in a flow mapping', 'smelt: 1\npipelines: { a: {} }\n', 'smelt: 1\npipelines: { a: {}, orders: {} }\n'],
    ['in an empty one', 'smelt: 1\npipelines: {}\n', 'smelt: 1\npipelines: { orders: {} }\n'],
    ['where there is nothing yet', 'smelt: 1\npipelines:\n', 'smelt: 1\npipelines:\n  orders:\n'],
    ['where the key is missing', 'smelt: 1\n', 'smelt: 1\n\npipelines:\n  orders:\n'],
  ])('%s', (_, before, after) => {
    expect(edited(before)).toBe(after)
  })

  it('adds a key for personal data where it is needed and missing', () => {
    expect(edited('smelt: 1\npipelines:\n  a:\n', true)).toBe(
      'smelt: 1\npii_key: ${secrets.ACME_PII_KEY}\npipelines:\n  a:\n  orders:\n',
    )
    expect(edited('pipelines:\n  a:\nsmelt: 1\n', true)).toMatch(/^pii_key: /)
    const own = 'smelt: 1\npii_key: ${secrets.MINE}\npipelines: { a: {} }\n'
    expect(edited(own, true)).toBe(own.replace('a: {} }', 'a: {}, orders: {} }'))
  })

  it('leaves alone what it does not understand, and what is done', () => {
    expect(addPipeline('{ smelt: 1, pipelines: { a: {} } }', 'acme', 'orders', false).kind).toBe('unclear')
    expect(addPipeline('smelt: [', 'acme', 'orders', false).kind).toBe('unclear')
    expect(addPipeline('pipelines: { a: {}, # b\n c: {} }\n', 'acme', 'orders', false).kind).toBe('unclear')
    expect(addPipeline('pipelines:\n  orders:\n', 'acme', 'orders', false).kind).toBe('there')
  })

  it('writes a file for a new tenant', () => {
    const text = tenantText('north-sea', 'orders', true)
    expect(text).toContain('${secrets.NORTH_SEA_PII_KEY}')
    expect(parseTenant({ file: 'tenants/north-sea.yaml', text, env: () => undefined }).diagnostics).toEqual([])
  })
})
