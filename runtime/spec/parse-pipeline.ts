import { diagnostic, nearestMatch, type Diagnostic } from '#diagnostics'
import { pipeline } from './fields/pipeline.ts'
import { paramsField } from './fields/param.ts'
import type { Named, ParamNode, PipelineNode } from './nodes.ts'
import { paramValue } from './param-value.ts'
import type { Env } from './environment-variables.ts'
import { BrokenParts } from './broken-parts.ts'
import { openFile, readFieldAlone, readFile, type OpenFile } from './parse-file.ts'
import type { ParamScope, ParamValue } from './reading.ts'
import { SettledEntries } from './settled-entries.ts'

/** What is read as a pipeline. */
export interface PipelineInput {
  readonly file: string
  readonly text: string
  readonly env: Env
}

/** The params of one tenant, by name. */
export type GivenParams = ReadonlyMap<string, ParamValue>

/** A pipeline file whose YAML is read, to be filled in for one tenant after the other. */
export interface PipelineFile {
  /** What the file means with `params`; without, only the defaults are known. */
  readonly parse: (params?: GivenParams) => PipelineResult
}

/** What a pipeline file holds. */
export interface PipelineResult {
  readonly node?: PipelineNode
  /** In place of `node` when there are errors: what can be judged all the same, to find what else is wrong. */
  readonly rest?: PipelineNode
  /** The declared params, when they could be read, whatever else is wrong. */
  readonly params?: readonly Named<ParamNode>[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Parses pipelines/<pipeline>/pipeline.yaml with its placeholders filled in. All problems of the file come in one run;
 * `node` is there when there is none and every value is known. With `params`, a param without a value is an error;
 * without, what hangs on it is left unchecked.
 */
export function parsePipeline(input: PipelineInput & { readonly params?: GivenParams }): PipelineResult {
  return openPipeline(input).parse(input.params)
}

/** As `parsePipeline`, for several tenants: the YAML is read once. */
export function openPipeline(input: PipelineInput): PipelineFile {
  const file = openFile(input, 'pipeline')
  const declared = readFieldAlone(file, 'params', paramsField.kind)
  // What the YAML has wrong lies in entries that can be read without a fault.
  const settled = file.diagnostics.length === 0 ? new SettledEntries(file.source) : undefined
  return { parse: (params) => parseFor(file, declared, params, settled) }
}

function parseFor(
  file: OpenFile,
  { value: params = [], broken }: ReturnType<typeof readFieldAlone<readonly Named<ParamNode>[]>>,
  given: GivenParams | undefined,
  settled: SettledEntries | undefined,
): PipelineResult {
  const problems = broken ? [] : givenProblems(params, given)
  const used = new Set<string>()
  const parts = brokenParts(file)
  const scope = { params: scopeOf(params, given), declared: params, used, ...(settled && { settled }) }
  const read = readFile(file, pipeline, { ...scope, ...(parts && { broken: parts }) })
  const { value, unknown, diagnostics: found } = read
  // Of broken params nothing is known, so their uses are not wrong.
  const diagnostics = broken ? found.filter(({ code }) => code !== 'spec/unknown-param') : found
  const declared = broken || file.root?.kind !== 'mapping' ? {} : { params }
  // What is wrong elsewhere may be what should use it.
  const idle = value === undefined ? [] : params.filter(({ name }) => !used.has(name)).map(unusedParam)
  const known = unknown.length === 0 && problems.length === 0
  const node = known && value !== undefined ? { node: value } : {}
  const rest = known && read.rest && parts ? { rest: { ...read.rest, broken: parts.names } } : {}
  return { ...node, ...rest, ...declared, diagnostics: [...problems, ...diagnostics, ...idle] }
}

/** None where something is wrong of which it cannot be told what it concerns. */
function brokenParts({ diagnostics }: OpenFile): BrokenParts | undefined {
  const faults = diagnostics.flatMap(({ pointer }) => pointer ?? [])
  return faults.length === diagnostics.length ? new BrokenParts(faults) : undefined
}

function unusedParam({ name, key: { span, pointer } }: Named<ParamNode>): Diagnostic {
  return diagnostic('spec/unused-name', { kind: 'param', name }, { span, pointer })
}

function scopeOf(params: readonly Named<ParamNode>[], given: GivenParams | undefined): ParamScope {
  return new Map(params.map(({ name, node }) => [name, given?.get(name) ?? node.default?.value]))
}

function givenProblems(params: readonly Named<ParamNode>[], given: GivenParams | undefined): Diagnostic[] {
  if (given === undefined) return []
  const known = params.map(({ name }) => name)
  const strangers = [...given.keys()].filter((name) => !known.includes(name))
  const problems: Diagnostic[] = strangers.map((param) =>
    diagnostic('spec/unknown-param', { param, nearest: nearestMatch(param, known), known }),
  )
  for (const { name, key, node } of params) {
    const value = given.get(name)
    const where = { span: key.span, pointer: key.pointer }
    if (value === undefined) {
      if (node.default === undefined) problems.push(diagnostic('spec/missing-param', { param: name }, where))
      continue
    }
    const read = paramValue(node.type.value, value)
    if (read.value !== undefined) continue
    const params = { field: `params.${name}`, expected: read.expects, found: `\`${String(value)}\`` }
    problems.push(diagnostic('spec/wrong-type', params, where))
  }
  return problems
}
