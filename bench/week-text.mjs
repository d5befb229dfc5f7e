import { readFileSync } from 'node:fs'
import path from 'node:path'
import { REPOSITORY } from './project.mjs'
import { count, mib, ms, table } from './text.mjs'

/** Where the last run over a whole week is kept: it takes too long to be part of each bench. */
export const WHOLE_WEEK = path.join(REPOSITORY, 'bench', 'whole-week.json')
const HEADING = '## A whole week, once\n'

/** What each seventh of a simulated time left behind. */
export function weekTable(parts) {
  return table(
    ['part', 'time per commit', 'data files', 'snapshots', 'objects in the lake', 'metadata of the table'],
    parts.map((part, at) => [
      at + 1,
      ms(part.commitMs),
      count(part.files),
      count(part.snapshots),
      count(part.objects),
      mib(part.metadataBytes),
    ]),
  )
}

/** The section of the results about the whole week, with its heading; empty when it was never run. */
export function wholeWeekText() {
  let kept
  try {
    kept = JSON.parse(readFileSync(WHOLE_WEEK, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return ''
    throw error
  }
  const { date, machine, inMemory, commits, seconds, parts } = kept
  const growth = parts[6].commitMs / parts[1].commitMs
  return `${HEADING}
The same for ${count(commits)} checkpoints, on ${date} (${machine})${inMemory ? ', the lake in memory' : ''}: it took ${count(seconds / 60)} minutes. Time per commit, last seventh against second seventh: x ${growth.toFixed(2)}.

${weekTable(parts)}

`
}

/** Results in which the section about the whole week is the one of now. */
export function withWholeWeek(results) {
  const start = results.includes(HEADING) ? results.indexOf(HEADING) : results.indexOf('## Details\n')
  const end = results.indexOf('## Details\n', start)
  return results.slice(0, start) + wholeWeekText() + results.slice(end)
}
