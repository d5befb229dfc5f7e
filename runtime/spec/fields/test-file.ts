import { boolean } from '../kinds/boolean.ts'
import { choice } from '../kinds/choice.ts'
import { optional, required } from '../kinds/field.ts'
import { instant, moment } from '../kinds/instant.ts'
import { jsonObject } from '../kinds/json.ts'
import type { Kind } from '../kinds/kind.ts'
import { list } from '../kinds/list.ts'
import { literal } from '../kinds/literal.ts'
import { named, TABLE_NAME, type NameRule } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import { text } from '../kinds/text.ts'
import type { Located, Named } from '../nodes.ts'
import { mappingName, reportAt, type Reading } from '../reading.ts'
import type { TestCaseNode, TestFileNode, TestStepNode } from '../test-nodes.ts'
import type { YamlMapping } from '../yaml/tree.ts'
import { formatVersion } from './names.ts'
import { testEvent } from './test-event.ts'
import { testThen } from './test-then.ts'

const CASE_NAME: NameRule = {
  pattern: /^(?!\s)[^\p{Cc}]{1,120}(?<!\s)$/u,
  says: 'use a short sentence of at most 120 characters',
}

/** What a file may say for all of its cases, and a case for itself. */
const SETTING = {
  tenant: optional(text, {
    doc: 'The tenant whose params are used. Without one every param has its default.',
    example: 'globex',
  }),
  params: optional(named(literal, 'param', TABLE_NAME), {
    doc: 'Values for params, over those of the tenant.',
    example: '{ low_disk_pct: 15 }',
  }),
  clock: optional(instant, {
    doc: 'The time at which the first step happens: the broker timestamp of its records.',
    example: '2026-03-01T12:00:00Z',
  }),
  references: optional(named(text, 'reference', TABLE_NAME), {
    doc: 'The text of references, in the form of their files and in place of them.',
    example: '{ os_catalog: "os,vendor,eol_date\\nwindows-11,Microsoft,2031-10-14\\n" }',
  }),
  defaults: optional(named(jsonObject, 'source', TABLE_NAME), {
    doc: 'An event of each source, which records given by `with` differ from.',
    example: '{ inventory: { event_id: 1, os: windows-11 } }',
  }),
}

const given = optional(named(list(testEvent), 'source', TABLE_NAME), {
  doc: 'The records that arrive, by source and in their order.',
  example: '{ inventory: [{ event_id: 1, os: windows-11 }] }',
})
const then = optional(testThen, { doc: 'What holds afterwards.', example: '{ tables: { devices: { count: 1 } } }' })

const step = noun({
  name: 'step',
  doc: 'Records arrive and are processed up to the last one. Only the last step of a case closes windows that event time has not passed.',
  fields: {
    at: optional(moment, {
      doc: 'The time of the step: an instant, or a shift from the step before. Event time itself moves by records alone.',
      example: '+10m',
    }),
    given,
    restart: optional(choice(['kill']), {
      doc: 'Lets the instance die while it processes the records of the step, once before its checkpoint and once after it, and starts it again each time. Without it, it is stopped and started again after the step as an operator would.',
      example: 'kill',
    }),
    then,
  },
  build: ({ given: records, ...rest }, at): TestStepNode => ({ span: at.span, given: records ?? [], ...rest }),
})

/** What is read of a case before the file's own settings are put in. */
type OpenCase = Omit<TestCaseNode, 'clock' | 'params' | 'references' | 'defaults'> &
  Partial<Pick<TestCaseNode, 'clock' | 'params' | 'references' | 'defaults'>> & { readonly at: YamlMapping }

const testCase: Kind<OpenCase> = noun({
  name: 'case',
  doc: 'Records in, rows out.',
  fields: {
    description: optional(text, { doc: 'What the case shows.', example: 'A copy of an event is dropped.' }),
    ...SETTING,
    given,
    then,
    steps: optional(list(step), {
      doc: 'Several steps, in place of `given` and `then`.',
      example:
        '[{ given: { inventory: [{ event_id: 1 }] } }, { at: +1h, then: { tables: { devices: { count: 1 } } } }]',
    }),
    keep_open: optional(boolean, {
      doc: 'Leaves windows open at the end that event time has not passed.',
      example: 'true',
    }),
  },
  rules: [
    { kind: 'excludes', field: 'steps', others: ['given', 'then'] },
    { kind: 'requires', field: 'given', other: 'then', example: '{ tables: { devices: { count: 1 } } }' },
    { kind: 'at-least-one', fields: ['then', 'steps'] },
  ],
  build: ({ given: records, then: expected, steps, keepOpen, ...rest }, at): OpenCase => {
    const only = { span: at.span, given: records ?? [], ...(expected === undefined ? {} : { then: expected }) }
    const place = { span: at.span, pointer: at.pointer, at }
    return { ...rest, ...place, steps: steps ?? [only], keepOpen: keepOpen?.value ?? false }
  },
})

/** pipelines/<pipeline>/tests/<name>.yaml */
export const testFile = noun({
  name: 'test file',
  doc: 'Cases of one pipeline: records in, rows out, under a clock that the case sets.',
  fields: {
    smelt: formatVersion,
    description: optional(text, { doc: 'What the cases are about.', example: 'What goes to quarantine.' }),
    ...SETTING,
    cases: required(named(testCase, 'case', CASE_NAME), {
      doc: 'The cases by name.',
      example:
        '{ one event is one row: { clock: 2026-03-01T12:00:00Z, given: { inventory: [{ event_id: 1 }] }, then: { tables: { devices: { count: 1 } } } } }',
    }),
  },
  build: ({ cases, description, ...setting }, at, reading): TestFileNode | undefined => {
    const whole = cases.flatMap((each) => {
      const node = withSetting(each, setting, reading)
      return node === undefined ? [] : [{ ...each, node }]
    })
    if (whole.length < cases.length) return undefined
    return { file: at.span.file, ...(description === undefined ? {} : { description }), cases: whole }
  },
})

type Setting = Pick<OpenCase, 'tenant' | 'clock' | 'params' | 'references' | 'defaults'>

function withSetting({ node }: Named<OpenCase>, file: Setting, reading: Reading): TestCaseNode | undefined {
  const { at, ...own } = node
  const clock = own.clock ?? file.clock
  if (clock === undefined) {
    const params = { field: 'clock', where: mappingName(at, 'case'), example: '2026-03-01T12:00:00Z' }
    reportAt(reading, 'spec/missing-field', params, { ...at, span: at.keySpan })
    return undefined
  }
  const tenant: Located<string> | undefined = own.tenant ?? file.tenant
  return {
    ...own,
    clock,
    ...(tenant === undefined ? {} : { tenant }),
    params: over(own.params, file.params),
    references: over(own.references, file.references),
    defaults: over(own.defaults, file.defaults),
  }
}

/** The entries of a case, and those of the file that it does not have. */
function over<T>(own: readonly Named<T>[] = [], file: readonly Named<T>[] = []): readonly Named<T>[] {
  return [...own, ...file.filter(({ name }) => !own.some((each) => each.name === name))]
}
