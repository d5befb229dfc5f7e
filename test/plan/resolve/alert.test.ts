import { describe, expect, it } from 'vitest'
import { explainPlan, planHash, resolvePlan, diffPlans, type Plan } from '#plan'
import { parsePipeline } from '#spec'

const CONTRACT = JSON.stringify({
  type: 'object',
  required: ['id', 'at'],
  properties: { id: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
})

const pipeline = (alert: string, sinks: string): string => `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at }
  rules: { topic: rules, contract: contract.json, event_time: at, versioned_by: [id] }
silver:
  clean: { from: events }
gold:
  met:
    from: clean
    join: { rule: { table: rules, as_of: at, on: rule.id = id } }
    columns: { id: id, since: rule.at }
    ${alert}
${sinks}
`

function resolved(alert: string, sinks: string, tenant = 'acme') {
  const file = 'pipelines/under-test/pipeline.yaml'
  const text = pipeline(alert, sinks)
  const { node, diagnostics } = parsePipeline({ file, text, params: new Map(), env: () => undefined })
  if (node === undefined) return { diagnostics, text }
  const { plan, diagnostics: more } = resolvePlan({ tenant, pipeline: node, read: () => CONTRACT })
  return { plan, diagnostics: [...diagnostics, ...more], text }
}

/** The problems of a pipeline, each with the text it marks. */
function problems(alert: string, sinks: string): string[] {
  const { diagnostics, text } = resolved(alert, sinks)
  return diagnostics.map(({ code, span, help }) => {
    const marked = span === undefined ? '' : text.slice(span.start.offset, span.end.offset)
    return `${code} at ${marked}${help.startsWith('Did you mean') ? `: ${help}` : ''}`
  })
}

function planOf(alert: string, sinks: string, tenant?: string): Plan {
  const { plan, diagnostics } = resolved(alert, sinks, tenant)
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return plan
}

const ALERT = 'alert: { id: [id, since], to: [hook] }'
const HOOK = 'sinks: { hook: { webhook: ${secrets.HOOK_URL} } }'

describe('an alert', () => {
  it('is part of the plan, with the names of secrets and never a value', () => {
    const plan = planOf(
      'alert: { id: [id, kafka_offset, rule_kafka_offset], to: [hook, search, log] }',
      `sinks:
  hook: { webhook: { url: \${secrets.HOOK_URL}, signing_key: \${secrets.HOOK_KEY}, timeout: 3s }, max_backlog: 5 }
  search: { elasticsearch: { url: "http://localhost:9200", index: found, authorization: \${secrets.SEARCH} } }
  log: { kafka: alerts, on_full: stop }`,
    )
    expect(plan.gold[0]).toMatchObject({
      alert: { id: ['id', 'kafka_offset', 'rule_kafka_offset'], to: ['hook', 'search', 'log'] },
    })
    expect(plan.sinks).toEqual([
      {
        name: 'hook',
        receiver: { kind: 'webhook', url: { secret: 'HOOK_URL' }, signingKey: { secret: 'HOOK_KEY' }, timeoutMs: 3000 },
        maxBacklog: 5,
        onFull: 'drop_oldest',
      },
      {
        name: 'search',
        receiver: {
          kind: 'elasticsearch',
          url: 'http://localhost:9200',
          index: 'acme.found',
          authorization: { secret: 'SEARCH' },
          timeoutMs: 10_000,
        },
        maxBacklog: 10_000,
        onFull: 'drop_oldest',
      },
      { name: 'log', receiver: { kind: 'kafka', topic: 'acme.alerts' }, maxBacklog: 10_000, onFull: 'stop' },
    ])
  })

  it('goes to a topic and an index of the tenant alone', () => {
    const sinks = 'sinks: { hook: { kafka: { topic: alerts } } }'
    expect(planOf(ALERT, sinks, 'globex').sinks?.[0]?.receiver).toEqual({ kind: 'kafka', topic: 'globex.alerts' })
  })

  it('leaves a plan without one as it was', () => {
    expect(planOf('', '')).not.toHaveProperty('sinks')
  })

  it('names columns of its table and sinks of its pipeline', () => {
    expect(problems('alert: { id: [idd], to: [hok] }', HOOK)).toEqual([
      'plan/unknown-name at idd: Did you mean `id`?',
      'plan/unknown-name at hok: Did you mean `hook`?',
    ])
    expect(problems('alert: { id: [rule_kafka_ofset], to: [hook] }', HOOK)).toEqual([
      'plan/unknown-name at rule_kafka_ofset: Did you mean `rule_kafka_offset`?',
    ])
  })

  it('is refused where rows are replaced, and where it would come back', () => {
    const latest = 'late: { from: clean, latest_by: [id], alert: { id: [id], to: [hook] } }'
    expect(problems(`${ALERT}\n  ${latest}`, HOOK)[0]).toMatch(/^spec\/conflicting-fields at alert/)
    const changing = `last: { from: clean, window: { tumbling: 1m }, emit: on_change, measures: { n: count(*) }, alert: { id: [n], to: [hook] } }`
    expect(problems(`${ALERT}\n  ${changing}`, HOOK)).toEqual(['plan/bad-alert at { id: [n], to: [hook] }'])
    expect(problems(ALERT, 'sinks: { hook: { kafka: events } }')).toEqual(['plan/bad-alert at hook'])
  })

  it('tells of a sink that nothing is sent to', () => {
    expect(problems('', HOOK)).toEqual(['spec/unused-name at hook'])
  })

  it('has its address checked, and shows no password that stands in it', () => {
    const { diagnostics } = resolved(ALERT, 'sinks: { hook: { webhook: "https://me:word@example.org/hook" } }')
    expect(diagnostics.map(({ code }) => code)).toEqual(['spec/login-in-address'])
    expect(JSON.stringify(diagnostics)).not.toContain('word@')
    expect(problems(ALERT, 'sinks: { hook: { webhook: example.org } }')[0]).toContain('spec/bad-value')
  })
})

describe('a changed alert', () => {
  const without = planOf('', '')
  const before = planOf(ALERT, HOOK)

  it('is safe, touches no table, and is told', () => {
    for (const [from, to, said] of [
      [without, before, ['rows of `gold.met` are sent to `hook`, those that are appended from now on']],
      [before, without, ['rows of `gold.met` are no longer sent', 'what waits for the sink `hook` is dropped']],
      [
        before,
        planOf('alert: { id: [id], to: [hook] }', HOOK),
        ['alerts of `gold.met` have other ids: what is sent again is new to receivers'],
      ],
      [
        before,
        planOf(ALERT, 'sinks: { hook: { kafka: alerts } }'),
        ['the sink `hook` is another one, or reached otherwise'],
      ],
    ] as const) {
      const diff = diffPlans(from, to)
      expect(planHash(from)).not.toBe(planHash(to))
      expect(diff.alerts).toEqual(said)
      expect(diff.verdict).toBe('safe')
      expect(diff.tables.every(({ change }) => change === 'unchanged')).toBe(true)
      expect(diff.operators.every(({ verdict }) => verdict === 'kept')).toBe(true)
    }
    expect(diffPlans(before, before).alerts).toEqual([])
    expect(diffPlans(undefined, before).alerts).toEqual([])
  })
})

describe('explaining an alert', () => {
  it('says where it goes and what may wait, without an address', () => {
    const sinks = `sinks:
  hook: { webhook: { url: "https://example.org/token", signing_key: \${secrets.K} } }
  log: { kafka: alerts, max_backlog: 7, on_full: stop }`
    const tree = explainPlan(planOf('alert: { id: [id], to: [hook, log] }', sinks))
    const text = JSON.stringify(tree)
    expect(text).toContain('"title":"to hook, log"')
    expect(text).toContain('hook is a webhook: one POST per alert, signed')
    expect(text).toContain('log is the topic acme.alerts')
    expect(text).toContain('log: 7 alerts, then the pipeline stops')
    expect(text).not.toContain('token')
  })
})
