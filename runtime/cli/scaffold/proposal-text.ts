import { allFindings, counted, pointerOf, type Finding, type Note, type Proposal, type Sample } from '#scaffold'
import { tableText } from '../table-text.ts'
import type { Adoption, NewFile } from './new-pipeline.ts'

/** Everything there is to say about a pipeline that was proposed. */
export interface Told {
  readonly proposal: Proposal
  readonly sample: Sample
  /** As it was named on the command line. */
  readonly file: string
  readonly files: readonly NewFile[]
  readonly adoption: Adoption | undefined
  /** The file that `smelt produce` takes. */
  readonly lines: string
}

/** Notes beyond so many are counted; the contract has no trace of fields that are left out, so the first are shown. */
const MOST_NOTES = 20

/** What was found, what was decided and why, what was written, and what to type next. */
export function proposalText(told: Told): string {
  const { proposal, sample, file, files } = told
  const { notes, time, key } = proposal
  const fields = allFindings(proposal.findings).map((each) => [pointerOf(each.path), typeText(each), each.evidence])
  return [
    `read ${counted(sample.records.length, 'record')} of ${file} (${formText(sample)})\n\n`,
    tableText([{ name: 'field' }, { name: 'type' }, { name: 'seen' }], fields),
    `\nevent time: ${time.expression}: ${time.evidence}\n`,
    key === undefined
      ? 'key: none was found, so copies of an event are kept\n'
      : `key: ${key.name}: copies of an event with the same one are dropped\n`,
    ...noteLines(notes),
    '\n',
    ...files.map(({ path, edits }) => `${edits === true ? 'changed' : 'wrote'} ${path}\n`),
    ...tenantLines(told),
    '\nnext:\n',
    ...nextCommands(told).map((line) => `  ${line}\n`),
  ].join('')
}

/** The same for programs. */
export function proposalJson(told: Told): object {
  const { proposal, sample, files, adoption } = told
  const { name, topic, time, key, notes, columns } = proposal
  return {
    pipeline: name,
    topic,
    sample: { records: sample.records.length, form: sample.form, faults: sample.faults.slice(0, 100), cut: sample.cut },
    fields: allFindings(proposal.findings).map(fieldJson),
    columns: columns.map((each) => ({ name: each.name, expression: each.expression, hashed: each.hashed })),
    event_time: { expression: time.expression, evidence: time.evidence },
    key: key?.name ?? null,
    notes,
    tenant: adoption?.tenant ?? null,
    files: files.map(({ path }) => path),
    next: nextCommands(told),
  }
}

function fieldJson(finding: Finding): object {
  const { path, kind, format, values, required, nullable, evidence } = finding
  return {
    pointer: pointerOf(path),
    type: kind,
    ...(format !== undefined && { format }),
    ...(values && { enum: values }),
    required,
    nullable,
    evidence,
  }
}

function formText({ form }: Sample): string {
  switch (form.kind) {
    case 'lines':
      return 'JSON lines'
    case 'csv':
      return 'CSV with a header line'
    case 'list':
      return 'a JSON list'
    case 'list-within':
      return `the list \`${form.path}\` of a JSON document`
    case 'document':
      return 'one JSON document'
  }
}

function typeText({ kind, format, values, items, nullable, required }: Finding): string {
  const type = kind === 'list' ? `list of ${items?.kind ?? 'any'}` : (format ?? (values === undefined ? kind : 'enum'))
  const marks = [...(nullable ? ['null'] : []), ...(required ? [] : ['optional'])]
  return marks.length === 0 ? type : `${type} (${marks.join(', ')})`
}

function noteLines(notes: readonly Note[]): string[] {
  if (notes.length === 0) return []
  const shown = notes
    .slice(0, MOST_NOTES)
    .map(({ pointer, text }) => `  ${pointer === '' ? '' : `${plain(pointer)}: `}${plain(text)}\n`)
  const rest = notes.length - shown.length
  return [
    '\nnotes:\n',
    ...shown,
    ...(rest > 0 ? [`  and ${counted(rest, 'note')} more; \`--json\` has them all\n`] : []),
  ]
}

/** Names of fields come from the sample; none may move the cursor of a terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '\u00b7')
}

function tenantLines({ adoption, proposal }: Told): string[] {
  if (adoption === undefined)
    return [`no tenant runs it yet: add \`${proposal.name}:\` under \`pipelines\` in a file of tenants/\n`]
  if (adoption.key === undefined) return []
  return [
    `${adoption.key} is a made-up key under which personal data is hashed; keep it, and keep it out of version control\n`,
  ]
}

function nextCommands({ proposal, adoption, lines }: Told): string[] {
  const { name, topic, key, goldTable } = proposal
  const local = ['smelt check', `smelt test ${name}`]
  if (adoption === undefined) return local
  const { tenant } = adoption
  const [field, ...deeper] = key?.finding?.path ?? []
  // The key of a record is a top-level field of it.
  const byKey = field === undefined || deeper.length > 0 ? '' : ` --key ${shellWord(field)}`
  const table = `${sqlName(tenant)}.gold.${goldTable}`
  return [
    ...local,
    `smelt produce ${tenant}.${topic} --file ${shellWord(lines)}${byKey}`,
    `smelt run ${tenant}/${name} --until-end`,
    `smelt query ${shellWord(`select * from ${table} order by window_start limit 10`)}`,
  ]
}

function sqlName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name}"`
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
