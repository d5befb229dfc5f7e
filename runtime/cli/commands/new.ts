import path from 'node:path'
import { Option } from 'commander'
import { nearestMatch, smeltError } from '#diagnostics'
import { proposePipeline, readSample, snakeCase, type Proposal, type Sample } from '#scaffold'
import type { EnvironmentNode } from '#spec'
import type { Call, CliCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { openProject, type OpenProject } from '../project.ts'
import { readStart } from '../sample-file.ts'
import { adopt, verify, writeFiles, type Adoption, type NewFile } from '../scaffold/new-pipeline.ts'
import { proposalJson, proposalText } from '../scaffold/proposal-text.ts'

const MAX_RECORDS = 10_000
const MAX_BYTES = 64 << 20
const FOLDER_NAME = /^[a-z][a-z0-9-]{0,62}$/
const KINDS = ['pipeline']

/** `smelt new` */
export const newPipeline: CliCommand = {
  usage: 'new <what> [name]',
  summary: 'propose a pipeline from a sample file of events',
  details:
    'The only `<what>` is `pipeline`. Reads the first 10,000 records (at most 64 MiB) of a file: JSON lines, a JSON ' +
    'list, the one list of objects within a JSON document, or CSV with a header line; packed by gzip or not. Infers the ' +
    'contract, picks the event time and a key, and writes pipelines/<name>/ with the contract, a silver and a gold ' +
    'table and a first test, which pass `smelt check` and `smelt test` as they are. Says why each choice was made. ' +
    'The tenant gets the pipeline too: the one of --tenant, or the only one of the project. No file is overwritten.',
  options: [
    new Option('--from <file>', 'the sample; `-` reads standard input').makeOptionMandatory(),
    new Option('--topic <topic>', 'the topic, without the tenant (default: the name of the pipeline)'),
    new Option(
      '--event-time <field>',
      'when an event happened: a field by its path, `kafka_timestamp`, or an expression',
    ),
    new Option('--key <field>', 'the field that tells one event from another, by its path'),
    new Option('--records <path>', 'the list of records within a JSON document, `data.items`'),
    new Option('--tenant <key>', 'the tenant that runs it; its file is made if there is none'),
    new Option('--leave-tenants', 'leave the files of tenants as they are'),
  ],
  examples: [
    ['smelt new pipeline --from events.ndjson', 'proposes pipelines/events'],
    [
      'smelt new pipeline quakes --from earthquakes.json --records features',
      'takes the list `features` of the document',
    ],
    ['smelt new pipeline weather --from weather.csv --event-time date --tenant acme', 'says when, and who runs it'],
  ],
  async run(call) {
    const { host, globals, args } = call
    const kind = args[0] ?? ''
    if (!KINDS.includes(kind)) throw badUsage(`there is no \`smelt new ${kind}\`${hint(kind)}`)
    const project = openProject(host, globals)
    const file = call.text('from') ?? '-'
    const name = nameOf(args[1], file)
    const sample = await openSample(call, file)
    const proposal = propose(call, sample, name, file)
    const adoption = adoptionOf(call, project, proposal)
    const lines = linesFile(sample, name, file)
    const files = [...filesOf(proposal), ...(adoption?.files ?? []), ...lines]
    const what = `\`smelt new pipeline ${name}\``
    refuseFolder(call, project, name, what)
    verify(host, project, files, what)
    writeFiles(host, project.root, files, what)
    const told = { proposal, sample, file, files, adoption, lines: lines[0]?.path ?? file }
    host.stdout.write(globals.json ? `${JSON.stringify(proposalJson(told))}\n` : proposalText(told))
    return EXIT.fine
  },
}

function hint(kind: string): string {
  const nearest = nearestMatch(kind, KINDS)
  return nearest === undefined ? '; it makes a `pipeline`' : `; did you mean \`${nearest}\`?`
}

function badUsage(detail: string) {
  return smeltError('cli/bad-usage', { detail: detail.charAt(0).toUpperCase() + detail.slice(1), command: 'smelt new' })
}

/** The name that was given, or that of the file without its ending. */
function nameOf(given: string | undefined, file: string): string {
  const base = path.basename(file).replace(/\.(gz|ndjson|jsonl|json|csv|tsv)\b/g, '')
  const name = given ?? (file === '-' ? '' : snakeCase(base).replaceAll('_', '-').slice(0, 63))
  if (FOLDER_NAME.test(name)) return name
  if (given === undefined) throw badUsage('a pipeline from standard input needs a name')
  throw badUsage(
    `\`${name}\` is no name of a pipeline: use lower-case letters, digits and hyphens, a letter first, at most 63`,
  )
}

async function openSample({ host, text }: Call, file: string): Promise<Sample> {
  const records = text('records')
  const start = await readStart(host, file, MAX_BYTES)
  const sample = readSample({
    ...start,
    file,
    maxRecords: MAX_RECORDS,
    ...(records !== undefined && { path: records }),
  })
  if ('fix' in sample) throw smeltError('cli/unusable-sample', { file, detail: sample.detail, fix: sample.fix })
  const { faults } = sample
  const [first] = faults
  if (sample.records.length >= Math.max(1, faults.length)) return sample
  const detail =
    first === undefined
      ? 'it has no record'
      : `${sample.records.length === 0 ? 'none' : 'less than half'} of its records can be used; line ${first.line}: ${first.detail}`
  throw smeltError('cli/unusable-sample', {
    file,
    detail,
    fix: 'Give a file with one JSON object per line, a JSON list of objects, or CSV with a header line.',
  })
}

function propose({ host, text }: Call, sample: Sample, name: string, file: string): Proposal {
  const [topic, eventTime, key] = [text('topic'), text('eventTime'), text('key')]
  const options = {
    ...{ name, origin: file === '-' ? 'standard input' : path.basename(file), now: host.clock() },
    ...(topic !== undefined && { topic }),
    ...(eventTime !== undefined && { eventTime }),
    ...(key !== undefined && { key }),
  }
  const proposal = proposePipeline(sample, options)
  if ('option' in proposal) throw badUsage(`\`${proposal.option}\`: ${proposal.detail}`)
  return proposal
}

/** The tenant of `--tenant`, or the only one there is; undefined when nobody is to run it. */
function adoptionOf(
  { host, globals, text, flag }: Call,
  project: OpenProject,
  proposal: Proposal,
): Adoption | undefined {
  const { tenants } = project.loaded
  const [only] = tenants
  const tenant = text('tenant') ?? (!flag('leaveTenants') && tenants.length === 1 ? only?.key : undefined)
  if (tenant === undefined) return undefined
  return adopt(host, project, tenant, proposal, environmentNode(project, globals.env))
}

function environmentNode({ loaded }: OpenProject, env: string | undefined): EnvironmentNode | undefined {
  const name = env ?? loaded.project?.defaultEnvironment.value
  return loaded.project?.environments.find((each) => each.name === name)?.node
}

function filesOf({ name, files }: Proposal): NewFile[] {
  return [...files].map(([file, text]) => ({ path: `pipelines/${name}/${file}`, text }))
}

/** Records that no lines of the file hold are put where `smelt produce` can take them from; `.smelt` is nobody's to commit. */
function linesFile({ form, records }: Sample, name: string, file: string): NewFile[] {
  if (form.kind === 'lines' && !/^-$|\.gz$/.test(file)) return []
  return [
    { path: `.smelt/samples/${name}.ndjson`, text: `${records.map((each) => each.text).join('\n')}\n`, spare: true },
  ]
}

/** A folder that holds anything is not built into. */
function refuseFolder({ host }: Call, { root }: OpenProject, name: string, what: string): void {
  const folder = `pipelines/${name}`
  const there = host.files.list(path.join(root, folder)).map((each) => `${folder}/${each}`)
  if (there.length > 0) throw smeltError('cli/already-there', { what, files: there })
}
