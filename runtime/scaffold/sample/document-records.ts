import { readJson, type JsonArray, type JsonNode, type JsonObject } from '#contract'
import { isFault, recordOf } from './record-of.ts'
import type { Sample, SampleRefusal, SampleText } from './sample.ts'

/** Lists this deep in a document are found without being named. */
const SEARCH_DEPTH = 3

/**
 * The records of one JSON document: the list at `path`, or the one list of objects in it; a document without such a
 * list is a single record.
 */
export function documentRecords({ text, cut, maxRecords }: SampleText, path?: string): Sample | SampleRefusal {
  if (cut) return { detail: 'it is one document that is too large to be read whole', fix: AS_LINES }
  const reading = readJson(text)
  if (!reading.ok) return notJson(text, reading)
  const { root } = reading
  if (root.kind !== 'object') return { detail: 'it is no list and no object', fix: AS_LINES }
  if (path !== undefined) return named(text, root, path, maxRecords)
  const lists = listsIn(root, '', 1)
  const [only, ...more] = lists
  if (only === undefined) return single(text)
  if (more.length === 0) return within(text, only, maxRecords)
  const paths = lists.map((list) => `\`${list.path}\``).join(', ')
  return {
    detail: `it has several lists of objects: ${paths}`,
    fix: 'Name the one with the records: `--records <path>`.',
  }
}

const AS_LINES = 'Give one JSON object per line.'

interface FoundList {
  readonly path: string
  readonly list: JsonArray
}

function single(text: string): Sample | SampleRefusal {
  const answer = recordOf(text.trim(), 1)
  const [records, faults] = isFault(answer) ? [[], [answer]] : [[answer], []]
  return { form: { kind: 'document' }, records, faults, cut: false }
}

function named(text: string, root: JsonObject, path: string, maxRecords: number): Sample | SampleRefusal {
  let node: JsonNode | undefined = root
  for (const name of path.split('.')) node = member(node, name)
  if (node?.kind === 'array') return within(text, { path, list: node }, maxRecords)
  const lists = listsIn(root, '', 1).map((each) => `\`${each.path}\``)
  const fix =
    lists.length === 0 ? 'Leave `--records` out: the document is one record.' : `Use one of ${lists.join(', ')}.`
  return { detail: `it has no list at \`${path}\``, fix }
}

function within(text: string, { path, list }: FoundList, maxRecords: number): Sample {
  const lineOf = lineCounter(text)
  const answers = list.items
    .slice(0, maxRecords)
    .map(({ start, end }) => recordOf(text.slice(start, end), lineOf(start)))
  return {
    form: { kind: 'list-within', path },
    records: answers.flatMap((each) => (isFault(each) ? [] : [each])),
    faults: answers.filter(isFault),
    cut: list.items.length > maxRecords,
  }
}

/** Lists of objects, nearest to the top first; what lies within one is not looked at. */
function listsIn(node: JsonObject, prefix: string, depth: number): FoundList[] {
  const found: FoundList[] = []
  const deeper: FoundList[] = []
  for (const { key, value } of node.entries) {
    const path = prefix === '' ? key : `${prefix}.${key}`
    if (value.kind === 'array' && value.items.some((item) => item.kind === 'object')) found.push({ path, list: value })
    else if (value.kind === 'object' && depth < SEARCH_DEPTH) deeper.push(...listsIn(value, path, depth + 1))
  }
  // An object that only holds other things besides a list, such as a name, is the envelope of the list.
  return found.length > 0 ? found : deeper
}

function member(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.entries.find((entry) => entry.key === name)?.value : undefined
}

function notJson(text: string, { detail, offset }: { detail: string; offset: number }): SampleRefusal {
  const line = text.slice(0, offset).split('\n').length
  return { detail: `line ${line} is not JSON: ${detail}`, fix: 'Mend the file, or give one JSON object per line.' }
}

/** Lines of growing offsets, counted on from one to the next. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1
  let counted = 0
  return (offset) => {
    for (let at = text.indexOf('\n', counted); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
      line++
      counted = at + 1
    }
    return line
  }
}
