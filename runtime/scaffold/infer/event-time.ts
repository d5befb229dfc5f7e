import { canonicalInstant, type JsonNode, type JsonObject } from '#contract'
import { formatParts } from '#plan'
import { columnNames, snakeCase } from './column-name.ts'
import { fieldExpression } from './expression-text.ts'
import { allFindings, type Finding } from './finding.ts'
import { timeFormats } from './text-format.ts'

/** How the records say when they happened. */
export interface EventTime {
  /** For `event_time` of the source, and for the silver column that carries it. */
  readonly expression: string
  /** The field it is made of; undefined when it is the broker's time, or an expression of the author's. */
  readonly finding?: Finding
  /** What silver calls it; the column takes the place of the field unless `beside`. */
  readonly column: string
  readonly beside: boolean
  /** One sentence: why this. */
  readonly evidence: string
  /** Milliseconds since 1970 of a record; undefined when it has none or it is not known before it arrives. */
  readonly instant: (record: JsonObject) => number | undefined
}

const MS = { least: Date.UTC(2001, 0, 1), most: Date.UTC(2100, 0, 1) }

const GOOD =
  /^((event|occurred|happened|created|recorded|reported|observed|measured|sent)(_?(time|at|on))?|timestamp|ts|time|date_?time|date|day|at|when)$/
const LIKELY = /time|date|stamp|(^|_)(at|on|ts|day|updated|modified|created|generated)$/
const SECOND_BEST = /updat|modif|ingest|receiv|process|delet|end/
const NEVER = /birth|dob|expir|due|valid_(to|until)|deadline/

/**
 * The best event time among the fields that every record has: a date-time, milliseconds since 1970, a text in a format
 * of `parse_timestamp`, a date. Without one, the time the broker has for the record.
 */
export function inferEventTime(findings: readonly Finding[]): EventTime {
  const [best] = allFindings(findings)
    .filter((each) => each.always && nameScore(each) > 0)
    .flatMap((finding) => candidate(finding) ?? [])
    .sort((a, b) => b.score - a.score)
  return best?.time ?? BROKER_TIME
}

/** The event time of a field that the author named; undefined when it holds nothing that can be read as one. */
export function eventTimeOf(finding: Finding): EventTime | undefined {
  return candidate(finding)?.time
}

/** The time the broker has for the record. */
export const BROKER_TIME: EventTime = {
  expression: 'kafka_timestamp',
  column: 'received_at',
  beside: true,
  evidence: 'no field of every record is a time that can be read, so it is when the broker took the record',
  instant: () => undefined,
}

/** An event time that the author wrote as an expression. */
export function writtenTime(expression: string): EventTime {
  const evidence = 'as given on the command line'
  return { expression, column: 'event_time', beside: true, evidence, instant: () => undefined }
}

/** The expression that makes an instant of a number of milliseconds, for a field that looks like one. */
export function epochExpression(finding: Finding): string | undefined {
  if (finding.kind !== 'integer' || nameScore(finding) < 2 || !within(finding, 1)) return undefined
  return `from_epoch_ms(${fieldExpression(finding.path)})`
}

interface Candidate {
  readonly score: number
  readonly time: EventTime
}

function candidate(finding: Finding): Candidate | undefined {
  const found = reading(finding)
  if (found === undefined) return undefined
  const { rank, ...rest } = found
  const name = nameScore(finding)
  // A name that says it is something else weighs more than the form; then the form, the name, and how deep it lies.
  const score = (name > 1 ? 1000 : 0) + rank * 100 + name * 10 - finding.path.length
  const [column = 'event_time'] = columnNames([[rest.beside ? 'event_time' : (finding.path.at(-1) ?? '')]])
  const instant = (record: JsonObject): number | undefined => {
    const node = valueAt(record, finding.path)
    return node === undefined ? undefined : rest.millis(node)
  }
  const { expression, beside, evidence } = rest
  return { score, time: { expression, finding, column, beside, evidence, instant } }
}

interface Reading {
  readonly rank: number
  readonly expression: string
  readonly beside: boolean
  readonly evidence: string
  readonly millis: (node: JsonNode) => number | undefined
}

/** How the values of a field can be read as instants. */
function reading(finding: Finding): Reading | undefined {
  const field = fieldExpression(finding.path)
  if (finding.format === 'date-time') {
    const evidence = 'every text is an RFC 3339 time with a zone'
    return { rank: 4, expression: field, beside: false, evidence, millis: ofText((text) => canonicalInstant(text)) }
  }
  if (finding.format === 'date') {
    const evidence = 'every text is a day; its start in UTC stands for it'
    const millis = ofText((text) => `${text}T00:00:00Z`)
    return { rank: 1, expression: `cast(${field} as timestamp)`, beside: true, evidence, millis }
  }
  return finding.kind === 'integer' ? ofEpoch(finding, field) : ofFormat(finding, field)
}

function ofEpoch(finding: Finding, field: string): Reading | undefined {
  if (nameScore(finding) < 2) return undefined
  const read = (factor: number) => (node: JsonNode) => (node.kind === 'number' ? Number(node.text) * factor : undefined)
  const evidence = (unit: string): string => `every number is a count of ${unit} since 1970, of the years 2001 to 2099`
  if (within(finding, 1))
    return {
      rank: 3,
      expression: `from_epoch_ms(${field})`,
      beside: false,
      evidence: evidence('milliseconds'),
      millis: read(1),
    }
  if (!within(finding, 1000)) return undefined
  const expression = `from_epoch_ms(${field} * 1000)`
  return { rank: 2, expression, beside: false, evidence: evidence('seconds'), millis: read(1000) }
}

function within({ profile }: Finding, factor: number): boolean {
  return profile.least * factor >= MS.least && profile.most * factor < MS.most
}

function ofFormat(finding: Finding, field: string): Reading | undefined {
  if (finding.kind !== 'string' || finding.format !== undefined) return undefined
  const [format, other] = timeFormats(finding.profile)
  if (format === undefined) return undefined
  const doubt = other === undefined ? '' : `; \`${other}\` would fit too`
  return {
    rank: format.includes('HH') ? 2 : 1,
    expression: `parse_timestamp(${field}, '${format}')`,
    beside: false,
    evidence: `every text has the format \`${format}\`, taken as UTC${doubt}`,
    millis: ofText((text) => isoOf(text, format)),
  }
}

function ofText(toIso: (text: string) => string | undefined) {
  return (node: JsonNode): number | undefined => {
    const iso = node.kind === 'string' ? toIso(node.value) : undefined
    const millis = iso === undefined ? NaN : Date.parse(iso)
    return Number.isNaN(millis) ? undefined : millis
  }
}

/** A text in a format of `parse_timestamp` as an RFC 3339 text. */
function isoOf(text: string, format: string): string {
  const parts = new Map([
    ['HH', '00'],
    ['mm', '00'],
    ['ss', '00'],
    ['SSS', '000'],
  ])
  let at = 0
  for (const part of formatParts(format)) {
    parts.set(part, text.slice(at, at + part.length))
    at += part.length
  }
  const of = (part: string): string => parts.get(part) ?? ''
  return `${of('yyyy')}-${of('MM')}-${of('dd')}T${of('HH')}:${of('mm')}:${of('ss')}.${of('SSS')}Z`
}

/** 0: never an event time; 1: nothing speaks for it; up to 4: its name says it is one. */
function nameScore({ path }: Finding): number {
  const name = snakeCase(path.at(-1) ?? '')
  if (NEVER.test(name)) return 0
  if (GOOD.test(name)) return 4
  if (!LIKELY.test(name)) return 1
  return SECOND_BEST.test(name) ? 2 : 3
}

/** The value at a path of names. */
export function valueAt(record: JsonObject, path: readonly string[]): JsonNode | undefined {
  let node: JsonNode | undefined = record
  for (const name of path)
    node = node?.kind === 'object' ? node.entries.find(({ key }) => key === name)?.value : undefined
  return node
}
