import { existsSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasErrors, type Diagnostic } from '#diagnostics'
import { rememberContracts, resolvePlan } from '#plan'
import { parsePipeline } from '#spec'
import { EVENTS_FILES, EVENTS_PIPELINE } from '../../support/events.ts'
import { seededRandom } from '../../support/random.ts'

interface Sound {
  readonly file: string
  readonly text: string
  readonly read: (file: string) => string | undefined
}

const shipped = 'pipelines/inventory-compliance/pipeline.yaml'
const made = new Map<string, string>(Object.entries(EVENTS_FILES))
const EVENTS: Sound = { file: 'pipeline.yaml', text: EVENTS_PIPELINE, read: (file) => made.get(file) }
const SHIPPED: Sound = {
  file: shipped,
  text: readFileSync(shipped, 'utf8'),
  read: (file) => (existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined),
}

/** What most values, names and keys may not be; some are no YAML that is read either. */
const WRONG = ['[]', '{}', '""', '5 minutes', '~', '-1', '[[]]', '{ a: b }', '{ a: 1, a: 2 }', '&a b', 'Not A Name!']
const PLACEHOLDERS = ['${params.nope}', '${env.NOPE}', '${secrets.NOPE}']
const compile = rememberContracts()

/** What is wrong with the form of a pipeline, and what the plan finds wrong with it. */
function check({ file, read }: Sound, text: string) {
  const { node, rest, diagnostics } = parsePipeline({ file, text, env: () => undefined })
  const pipeline = node ?? rest
  const resolved = pipeline && resolvePlan({ tenant: 'acme', pipeline, read, compile })
  return { form: diagnostics, planned: resolved?.diagnostics ?? [], plan: resolved?.plan, rest }
}

interface Spot {
  readonly start: number
  readonly end: number
}

/** Keys and single values. */
function spotsOf(text: string): Spot[] {
  const found = text.matchAll(/(?<=: |\[|, )(?:\$\{[^}]*\}|[^\s{}[\],#:][^{}[\],\n:]*)(?!.*:)|(?<=^ *|[{,] )\w+(?=:)/gm)
  return [...found].map(({ index, 0: spot }) => ({ start: index, end: index + spot.length }))
}

function put(text: string, { start, end }: Spot, instead: string): string {
  return text.slice(0, start) + instead + text.slice(end)
}

/** `count` ways to break `text` at one spot, the same for the same seed. */
function breakages(text: string, seed: number, count: number): { readonly spot: Spot; readonly wrong: string }[] {
  const random = seededRandom(seed)
  const spots = spotsOf(text)
  return Array.from({ length: count }, () => ({
    spot: random.pick(spots),
    wrong: random.pick([...WRONG, ...PLACEHOLDERS]),
  }))
}

function told(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, message }) => `${code}: ${message}`).sort()
}

describe.each([
  ['shipped', SHIPPED],
  ['of every noun', EVENTS],
])('a pipeline with one mistake in its form: the one %s', (_, sound) => {
  it('has no plan, and nothing is told of what hangs on the mistake', () => {
    expect(check(sound, sound.text)).toMatchObject({ form: [], planned: [], plan: {} })
    let judged = 0
    for (const { spot, wrong } of breakages(sound.text, 20_261_122, 100)) {
      const { form, planned, plan, rest } = check(sound, put(sound.text, spot, wrong))
      if (!hasErrors(form)) continue
      if (rest !== undefined) judged++
      const where = `${sound.text.slice(spot.start, spot.end)} -> ${wrong}: ${told(form).join('; ')}`
      expect(told(planned), where).toEqual([])
      expect(plan, where).toBeUndefined()
    }
    expect(judged).toBeGreaterThan(25)
  })
})

describe('a pipeline with a mistake in its form and one that the plan finds', () => {
  /** Mistakes in the expressions of a table, with all that the table is made of. */
  const MISTAKES = [
    { write: ['place: upper(place), n: n', 'place: upper(n), n: nn'], of: ['/sources/events', '/silver/raw_places'] },
    {
      write: ['first_n: first(n)\n      total', 'first_n: first(m)\n      total'],
      of: ['/sources/events', '/silver/clean', '/gold/sessions'],
    },
    {
      write: ['to: [pager, archive]', 'to: [pagr, archive]'],
      of: ['/sources', '/silver/clean', '/gold/beyond', '/sinks'],
    },
    { write: ['history.most > n, kind', 'history.mst > n, kind'], of: ['/sources', '/silver', '/gold/limited_soon'] },
  ] as const

  it.each(MISTAKES)('tells both where neither hangs on the other: $write', ({ write: [sound, wrong], of }) => {
    const alone = EVENTS.text.replace(sound, wrong)
    const second = told(check(EVENTS, alone).planned)
    expect(second.length).toBeGreaterThan(0)
    const isWithin = (part: string, whole: string): boolean => `${part}/`.startsWith(`${whole}/`)
    // A field of the pipeline may be a layer; what cannot be a name stands for one, of a part perhaps.
    const meets = ({ pointer = '' }: Diagnostic, written: string): boolean =>
      [pointer, pointer.replace(/[^/]*$/, written)].some(
        (place) => place.lastIndexOf('/') === 0 || of.some((part) => isWithin(part, place) || isWithin(place, part)),
      )
    let judged = 0
    for (const { spot, wrong: other } of breakages(alone, 7, 60)) {
      const { form, planned, rest } = check(EVENTS, put(alone, spot, other))
      const written = alone.slice(spot.start, spot.end)
      if (rest === undefined || form.some((each) => meets(each, written))) continue
      judged++
      expect(told(planned), `${written} -> ${other}: ${told(form).join('; ')}`).toEqual(second)
    }
    expect(judged).toBeGreaterThan(8)
  })
})

describe('what names something that could not be read', () => {
  const codes = (...edits: readonly (readonly [string, string])[]): string[] => {
    const text = edits.reduce((before, [from, to]) => {
      expect(before, 'the edit fits').toContain(from)
      return before.replace(from, to)
    }, EVENTS.text)
    const { form, planned } = check(EVENTS, text)
    return [...form, ...planned].map(({ code, pointer = '' }) => `${code} ${pointer}`)
  }

  it('may mean it when it is misspelt', () => {
    const text = EVENTS.text
      .replace('by: [id], within: 1h', 'bye: [id]')
      .replace('from: clean\n    latest_by', 'from: claen\n    latest_by')
    const { planned } = check(EVENTS, text.replace('where: n is null', 'when: n is null'))
    expect(planned.map(({ help, related }) => [help, related?.length])).toEqual([['Did you mean `clean`?', 1]])
  })

  it('is judged in all else', () => {
    const source: [string, string] = ['event_time: at, watermark: 1m', 'event_time: at, watermarks: 1m']
    expect(codes(source, ['place: upper(place), n: n', 'place: upper(1), n: nothing'])).toEqual([
      'spec/unknown-field /sources/events/watermarks',
      'plan/argument-type /silver/raw_places/columns/place',
    ])
  })

  it('is judged by columns where only a setting beside them is wrong', () => {
    expect(
      codes(
        ['watermark: 1m', 'watermark: soon'],
        ['within: 1h }', 'within: soon }'],
        ['count(distinct id)', 'count(distinct it)'],
      ),
    ).toEqual([
      'spec/bad-value /sources/events/watermark',
      'spec/bad-value /silver/clean/dedupe/within',
      'plan/unknown-column /gold/per_minute/measures/ids',
    ])
  })

  it('is not told that a layer is missing which stands there under another word', () => {
    expect(codes(['references:', 'lookups:'], ['sinks:', 'receivers:'])).toEqual([
      'spec/unknown-field /lookups',
      'spec/unknown-field /receivers',
    ])
    expect(codes(['references:', 'lookups:'], ['n * 1000000', "n * 'x'"])).toEqual([
      'spec/unknown-field /lookups',
      'plan/operand-type /silver/clean/columns/big',
    ])
  })

  it.each([
    [
      'the key of a changelog',
      ['versioned_by: [limit_id]', 'versioned_by: limit_id'],
      'spec/wrong-type /sources/limits/versioned_by',
    ],
    ['the name of a join', ['join: { seen:', 'join: { se-en:'], 'spec/bad-name /gold/placed/join/se-en'],
    [
      'what rows go by',
      [
        'columns: { id: id, limit_id: history.limit_id',
        'partition_by: day(id)\n    retention: 5d\n    columns: { id: id, limit_id: history.limit_id',
      ],
      'spec/wrong-type /gold/limited_soon/partition_by',
    ],
  ] as const)('is not judged by what hangs on it: %s', (_, edit, code) => {
    expect(codes(edit)).toEqual([code])
  })

  it('tells nothing of a file in another version of the format', () => {
    expect(codes(['smelt: 1', 'smelt: 2'], ['n * 1000000', 'nothing'])).toEqual(['spec/unsupported-version /smelt'])
  })
})
