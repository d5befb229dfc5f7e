import { describe, expect, it } from 'vitest'
import { diffPlans, type Plan } from '#plan'
import { compilePipeline } from '../../support/pipeline.ts'
import { reworded, type Edit } from '../../support/reworded.ts'

const PIPELINE = `
smelt: 1
name: under-test
sources:
  sales: { topic: sales, contract: sale.json, event_time: at, watermark: 1m, horizon: 1d }
  bids: { topic: bids, contract: sale.json, event_time: at, watermark: 2m, horizon: 1d }
silver:
  sold: { from: sales, columns: { at: at, item: item, n: n, unread: upper(item) } }
  offered: { from: bids, columns: { at: at, thing: item, n: n, aside: lower(item) } }
gold:
  pairs:
    from: sold
    join: { bid: { table: offered, within: 10m, on: bid.thing = item and bid.n <= n } }
    where: n <> 11
    columns: { at: at, bid: bid.n, product: n * bid.n }
`
const FILES = {
  'sale.json': JSON.stringify({
    type: 'object',
    required: ['at', 'item', 'n'],
    properties: { at: { type: 'string', format: 'date-time' }, item: { type: 'string' }, n: { type: 'integer' } },
  }),
}

const plan = (...edits: readonly Edit[]): Plan => compilePipeline(reworded(PIPELINE, edits), FILES).plan

/** Verdict, the table of pairs, the silver tables on its sides, the rows that wait. */
function found(before: Plan | undefined, after: Plan): string[] {
  const { verdict, tables, operators } = diffPlans(before, after)
  const table = (name: string): string => tables.find((each) => each.table === name)?.change ?? 'none'
  const state = operators.find((each) => each.id.startsWith('gold.pairs/'))?.verdict ?? 'none'
  return [verdict, table('pairs'), table('sold'), table('offered'), state]
}

const reasons = (...edits: readonly Edit[]): string =>
  diffPlans(plan(), plan(...edits))
    .tables.flatMap((each) => [...each.reasons])
    .join('\n')

const PAIRS = ['needs-approval', 'rewritten', 'unchanged', 'unchanged', 'needs-replay']

describe('a change of a table of pairs', () => {
  it.each<[string, readonly Edit[], string[]]>([
    ['nothing', [], ['unchanged', 'unchanged', 'unchanged', 'unchanged', 'kept']],
    ['how far apart, less', [['within: 10m', 'within: 9m']], PAIRS],
    ['how far apart, more', [['within: 10m', 'within: 11m']], PAIRS],
    ['an equality', [['bid.thing = item', 'upper(bid.thing) = item']], PAIRS],
    ['another condition', [['bid.n <= n', 'bid.n < n']], PAIRS],
    ['a condition less', [[' and bid.n <= n', '']], PAIRS],
    ['the kind', [['bid.n <= n }', 'bid.n <= n, kind: left }']], PAIRS],
    ['the filter', [['n <> 11', 'n <> 12']], PAIRS],
    ['a column', [['n * bid.n', 'n + bid.n']], PAIRS],
    ['a column that rows wait without', [['product:', 'why: bid.aside, product:']], PAIRS],
    ['a column more that is never null', [['product:', 'again: bid.n, product:']], PAIRS],
    [
      'a column more, of what rows wait with',
      [['product:', 'again: "nullif(bid.n, 3)", product:']],
      ['safe', 'evolved', 'unchanged', 'unchanged', 'kept'],
    ],
    ['a column less', [[', product: n * bid.n', '']], ['needs-approval', 'evolved', 'unchanged', 'unchanged', 'kept']],
    [
      'a renamed column',
      [['bid: bid.n', 'offer: { expr: bid.n, was: bid }']],
      ['safe', 'evolved', 'unchanged', 'unchanged', 'kept'],
    ],
    [
      'the name of the other side',
      [
        ['join: { bid:', 'join: { offer:'],
        ['bid.thing', 'offer.thing'],
        ['bid.n <= n', 'offer.n <= n'],
        ['bid: bid.n', 'bid: offer.n'],
        ['n * bid.n', 'n * offer.n'],
      ],
      PAIRS,
    ],
    [
      'a column of the left side that it reads',
      [['n: n, unread', 'n: n + 1, unread']],
      ['needs-approval', 'rewritten', 'rewritten', 'unchanged', 'needs-replay'],
    ],
    [
      'a column of the right side that it reads',
      [['n: n, aside', 'n: n + 1, aside']],
      ['needs-approval', 'rewritten', 'unchanged', 'rewritten', 'needs-replay'],
    ],
    [
      'a column of a side that it does not read',
      [['lower(item)', 'upper(item)']],
      ['needs-approval', 'unchanged', 'unchanged', 'rewritten', 'kept'],
    ],
    [
      'rows of a side that are not there any more',
      [['aside: lower(item) }', 'aside: lower(item) }, where: n > 3']],
      ['needs-approval', 'rewritten', 'unchanged', 'rewritten', 'needs-replay'],
    ],
    [
      'a renamed column of a side',
      [
        ['thing: item', 'stuff: { expr: item, was: thing }'],
        ['bid.thing', 'bid.stuff'],
      ],
      ['safe', 'unchanged', 'unchanged', 'evolved', 'kept'],
    ],
    ['a watermark, by which rows are late', [['watermark: 2m', 'watermark: 3m']], PAIRS],
    [
      'pairs no more',
      [[PIPELINE.slice(PIPELINE.indexOf('gold:')), '']],
      ['needs-approval', 'dropped', 'unchanged', 'unchanged', 'dropped'],
    ],
  ])('by %s', (_, edits, expected) => {
    expect(found(plan(), plan(...edits))).toEqual(expected)
  })

  it('starts with everything when it never ran', () => {
    expect(found(undefined, plan())).toEqual(['safe', 'created', 'created', 'created', 'created'])
  })

  it('says why', () => {
    expect(reasons(['within: 10m', 'within: 9m'])).toContain('rows of a pair are at most 9m apart, and were 10m')
    expect(reasons(['bid.n <= n }', 'bid.n <= n, kind: left }'])).toContain('the join meets other rows')
    expect(reasons(['product:', 'why: bid.aside, product:'])).toContain('were kept without `bid.aside`')
    // A column that may overflow decides about pairs.
    expect(reasons(['product:', 'half: bid.n - n, product:'])).not.toBe('')
    expect(reasons(['product:', 'why: unread, product:'])).toContain('were kept without `unread`')
  })
})
