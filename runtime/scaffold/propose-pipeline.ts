import { nearestMatch } from '#diagnostics'
import { silverColumns, type Column } from './infer/columns.ts'
import { snakeCase } from './infer/column-name.ts'
import { BROKER_TIME, eventTimeOf, inferEventTime, writtenTime, type EventTime } from './infer/event-time.ts'
import { inferFields, pointerOf, REQUIRED_FROM } from './infer/fields.ts'
import { allFindings, counted, type Finding, type Note } from './infer/finding.ts'
import { inferGold } from './infer/gold.ts'
import { inferKey } from './infer/key.ts'
import { timeBounds, timeOrder, windowFor } from './infer/time-order.ts'
import { profileRecords } from './profile/profile.ts'
import { contractText } from './render/contract-text.ts'
import { pipelineText } from './render/pipeline-text.ts'
import { testText } from './render/test-text.ts'
import type { Sample } from './sample/sample.ts'

/** What the author may settle; the rest is inferred. */
export interface ProposeOptions {
  /** The name of the pipeline, fit for a folder. */
  readonly name: string
  /** The topic, without the tenant; the name of the pipeline by default. */
  readonly topic?: string
  /** A field by its dotted path, or an expression. */
  readonly eventTime?: string
  /** The field that tells one event from another, by its dotted path. */
  readonly key?: string
  /** What the sample is called in comments, `events.ndjson`. */
  readonly origin: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** A pipeline with its contract and a first test, and why each choice was made. */
export interface Proposal {
  readonly name: string
  readonly topic: string
  readonly table: string
  readonly goldTable: string
  /** Texts by path, relative to the folder of the pipeline. */
  readonly files: ReadonlyMap<string, string>
  readonly findings: readonly Finding[]
  readonly columns: readonly Column[]
  readonly time: EventTime
  readonly key?: Column
  readonly notes: readonly Note[]
  /** A column is hashed, so the tenant needs a key. */
  readonly hides: boolean
}

/** Why an option cannot be followed. */
export interface ProposalRefusal {
  readonly option: string
  readonly detail: string
}

/** Proposes a pipeline for the records of a sample, of which there is at least one. Pure: the caller writes the files. */
export function proposePipeline(sample: Sample, options: ProposeOptions): Proposal | ProposalRefusal {
  const { name, origin } = options
  const { records } = sample
  const { findings, notes } = inferFields(profileRecords(records))
  const time = chooseTime(findings, options.eventTime)
  if ('option' in time) return time
  const columns = silverColumns(findings, time)
  const key = chooseKey(columns, records.length, options.key)
  if (key !== undefined && 'option' in key) return key
  const order = timeOrder(records, time)
  const bounds = timeBounds(order, options.now)
  const window = windowFor(order, records.length)
  const table = snakeCase(name).slice(0, 40)
  const goldTable = `${table}_${window.name}`
  const topic = options.topic ?? name
  const contract = `contracts/${name}.schema.json`
  const gold = inferGold(columns, key, records.length)
  const chosen = { table, topic, contract, origin, time, bounds, columns, ...(key && { key }), gold, goldTable }
  const files = new Map([
    ['pipeline.yaml', pipelineText({ name, ...chosen, window: window.size })],
    [contract, contractText(name, `${counted(records.length, 'record')} of ${origin}`, required(findings, time))],
    ['tests/first-events.yaml', testText({ ...chosen, records })],
  ])
  const hides = columns.some(({ hashed }) => hashed)
  const told = [...sampleNotes(sample), ...timeNotes(time, bounds), ...notes]
  return { name, topic, table, goldTable, files, findings, columns, time, ...(key && { key }), notes: told, hides }
}

function chooseTime(findings: readonly Finding[], wanted: string | undefined): EventTime | ProposalRefusal {
  if (wanted === undefined) return inferEventTime(findings)
  if (wanted === BROKER_TIME.expression) return { ...BROKER_TIME, evidence: 'as given on the command line' }
  const finding = findField(findings, wanted)
  if (finding !== undefined) {
    const detail = `\`${wanted}\` holds no time that can be read: ${finding.evidence}; give an expression, or \`kafka_timestamp\``
    return eventTimeOf(finding) ?? { option: '--event-time', detail }
  }
  return /^[\w.]+$/.test(wanted) ? unknownField(findings, '--event-time', wanted) : writtenTime(wanted)
}

function chooseKey(
  columns: readonly Column[],
  records: number,
  wanted: string | undefined,
): Column | ProposalRefusal | undefined {
  if (wanted === undefined) return inferKey(columns, records)
  const fields = columns.flatMap(({ finding }) => finding ?? [])
  const found = columns.find(({ finding }) => finding?.path.join('.') === wanted)
  if (found === undefined) return unknownField(fields, '--key', wanted)
  if (found.kind !== 'other') return found
  return { option: '--key', detail: `\`${wanted}\` is a list or a value of several types, which cannot be a key` }
}

function findField(findings: readonly Finding[], wanted: string): Finding | undefined {
  return allFindings(findings).find(({ path }) => path.join('.') === wanted)
}

function unknownField(findings: readonly Finding[], option: string, wanted: string): ProposalRefusal {
  const known = allFindings(findings).map(({ path }) => path.join('.'))
  const nearest = nearestMatch(wanted, known)
  const hint = nearest === undefined ? '' : `; did you mean \`${nearest}\`?`
  return { option, detail: `the sample has no field \`${wanted}\`${hint}` }
}

/** The field the event time is made of is required however few records there are: without it none is valid. */
function required(findings: readonly Finding[], { finding }: EventTime): readonly Finding[] {
  if (finding?.always !== true) return findings
  const on = (each: Finding): boolean => each.path.every((name, index) => finding.path[index] === name)
  return findings.map((each) =>
    on(each) ? { ...each, required: true, fields: required(each.fields, { finding } as EventTime) } : each,
  )
}

function sampleNotes({ records, faults, cut }: Sample): Note[] {
  const notes: Note[] = []
  const tell = (text: string): void => void notes.push({ pointer: '', text })
  const [first] = faults
  if (first !== undefined) {
    const lines = faults.slice(0, 5).map(({ line }) => line)
    const more = faults.length > lines.length ? ', ...' : ''
    tell(
      `${counted(faults.length, 'record')} could not be used and would go to quarantine (line${faults.length === 1 ? '' : 's'} ${lines.join(', ')}${more}); line ${first.line}: ${first.detail}.`,
    )
  }
  if (records.length < REQUIRED_FROM)
    tell(`${counted(records.length, 'record')} only: no field but the event time is required, as so few prove little.`)
  if (cut) tell(`Only the first ${counted(records.length, 'record')} were looked at.`)
  return notes
}

function timeNotes({ finding, expression }: EventTime, bounds: { readonly watermark?: string }): Note[] {
  const pointer = finding === undefined ? '' : pointerOf(finding.path)
  const notes: Note[] = []
  if (finding !== undefined && !finding.always)
    notes.push({ pointer, text: 'Not every record has the event time; those without go to quarantine.' })
  if (bounds.watermark !== undefined)
    notes.push({
      pointer,
      text: `The sample is not in the order of its event times, so the watermark is ${bounds.watermark}. If the topic is in order, take it out.`,
    })
  if (expression.startsWith('parse_timestamp') || expression.startsWith('cast('))
    notes.push({ pointer, text: 'The times have no zone and are taken as UTC.' })
  return notes
}
