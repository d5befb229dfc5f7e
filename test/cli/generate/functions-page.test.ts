import { describe, expect, it } from 'vitest'
import { AGGREGATES, FUNCTIONS } from '#plan'
import { functionsPage } from '../../../runtime/cli/generate/functions-page.ts'

const [[file, page] = ['', '']] = [...functionsPage.files()]

describe('the page of functions and aggregates', () => {
  it('has its place', () => {
    expect(file).toBe('docs/reference/functions.md')
  })

  it.each([...FUNCTIONS.values()])('tells all about $name', ({ name, doc, parameters, examples }) => {
    const section = page.split(/^### /m).find((each) => each.startsWith(`${name}\n`)) ?? ''
    expect(section).toContain(doc)
    for (const each of parameters) expect(section).toContain(`\`${each.name}\` is `)
    for (const [call] of examples) expect(section).toContain(`\`${call.replace(/\|/g, '\\|')}\``)
  })

  it.each([...AGGREGATES])('tells all about $name', ({ name, doc, nullable }) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}(`)) ?? ''
    expect(row).toContain(doc.replace(/\|/g, '\\|'))
    expect(row.includes('Never null.')).toBe(!nullable)
  })
})
