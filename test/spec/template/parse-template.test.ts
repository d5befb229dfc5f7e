import { describe, expect, it } from 'vitest'
import { parseTemplate } from '../../../runtime/spec/template/parse-template.ts'

function shown(text: string): string[] {
  return parseTemplate(text).map((part) => {
    if (part.kind === 'placeholder') return `${part.namespace}|${part.name}|${part.fallback ?? '-'}`
    return `${part.kind}:${part.text}`
  })
}

describe('parseTemplate', () => {
  it.each([
    ['', []],
    ['plain', ['text:plain']],
    ['${params.x}', ['params|x|-']],
    ['a${env.X}b${secrets.Y-z}c', ['text:a', 'env|X|-', 'text:b', 'secrets|Y-z|-', 'text:c']],
    ['${env.X:-}', ['env|X|']],
    ['${env.X:-http://h:1/{t}', ['env|X|http://h:1/{t']],
    ['$${params.x}', ['text:${', 'text:params.x}']],
    ['$$ $1 {x}', ['text:$$ $1 {x}']],
    ['${}', ['broken:${}']],
    ['${params}', ['broken:${params}']],
    ['${params.x:-1}', ['broken:${params.x:-1}']],
    ['${params.x', ['broken:${params.x']],
    ['${a ${params.x}', ['broken:${a ', 'params|x|-']],
    ['${a\nb}', ['broken:${a', 'text:\nb}']],
  ])('%j', (text, expected) => {
    expect(shown(text)).toEqual(expected)
  })

  it('says where each part stands', () => {
    const text = 'a ${params.x} b'
    expect(parseTemplate(text).map(({ start, end }) => text.slice(start, end))).toEqual(['a ', '${params.x}', ' b'])
  })
})
