import { describe, expect, it } from 'vitest'
import { globalsUsed, SOURCES, stringLiterals, type SourceFile } from './sources.ts'

const GLOBALS = ['process', 'console']
const ENGINES = ['duckdb', 'flink', 'embedded']

/** What may touch the process outside the command line, and why; an entry that is not needed is a failure. */
const WAIVED: Readonly<Record<string, string>> = {
  'lake/s3-store.ts': 'the SDK takes the switch of its version warning from the environment alone',
  'stream/topic-log/writer-lock.ts': 'a lock names the process that holds it',
}

/** Comparing with the name of an engine outside its folder would make the next engine a search through the house. */
function comparesEngine(source: Pick<SourceFile, 'file' | 'text'>): string[] {
  return stringLiterals(source)
    .filter(({ text, compared }) => compared && ENGINES.includes(text.toLowerCase()))
    .map(({ text }) => `${source.file} compares with '${text}'`)
}

describe('boundaries', () => {
  it('only the command line touches the process and the console', () => {
    const users = SOURCES.filter((source) => source.module !== 'cli' && globalsUsed(source, GLOBALS).length > 0)
    expect(users.map(({ file }) => file)).toEqual(Object.keys(WAIVED))
  })

  it('within the command line, only its host and its start do', () => {
    const users = SOURCES.filter(({ module }) => module === 'cli').filter(
      (source) => globalsUsed(source, GLOBALS).length > 0,
    )
    expect(users.map(({ file }) => file)).toEqual(['cli/main.ts', 'cli/process-host.ts'])
  })

  it('no engine is told by its name outside its folder', () => {
    const outside = SOURCES.filter(({ file }) => !/^(dialect|engine)\/(duckdb|flink|embedded)\//.test(file))
    expect(outside.flatMap(comparesEngine)).toEqual([])
  })

  it('the rules would catch', () => {
    expect(globalsUsed({ file: 'x.ts', text: 'const a = process.env.A; console.log(a)' }, GLOBALS)).toEqual(GLOBALS)
    expect(globalsUsed({ file: 'x.ts', text: 'const a = { process: 1 }; a.process; // process' }, GLOBALS)).toEqual([])
    expect(
      comparesEngine({ file: 'x.ts', text: "if (engine === 'duckdb') {} switch (e) { case 'flink': }" }),
    ).toHaveLength(2)
    expect(comparesEngine({ file: 'x.ts', text: "const name = 'duckdb'" })).toEqual([])
  })
})
