// Simulates a whole week of checkpoints, keeps what it measured in whole-week.json, and tells it in RESULTS.md.
//   node bench/week.mjs [--commits n]
// With `TMPDIR=/dev/shm` the lake lies in memory: no commit waits for a disk, and the week takes half the time.
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { measureWeek } from './measure-week.mjs'
import { REPOSITORY } from './project.mjs'
import { machine } from './text.mjs'
import { loadTopic, startTopics } from './topics.mjs'
import { WHOLE_WEEK, withWholeWeek } from './week-text.mjs'

const WEEK = (7 * 86_400) / 10
const RESULTS = path.join(REPOSITORY, 'bench', 'RESULTS.md')

const { values } = parseArgs({ options: { commits: { type: 'string', default: String(WEEK) } } })
const startMs = performance.now()
const topics = await startTopics('topic-log')
try {
  await loadTopic(topics, 1_000)
  const onPart = (part, measured) => console.error(`bench: part ${part} of 7: ${JSON.stringify(measured)}`)
  const { commits, parts } = await measureWeek(topics, Number(values.commits), { onPart })
  const seconds = (performance.now() - startMs) / 1000
  const date = new Date().toISOString().slice(0, 10)
  const inMemory = tmpdir().startsWith('/dev/shm')
  const kept = { date, machine: machine(), inMemory, commits, seconds, parts }
  await writeFile(WHOLE_WEEK, `${JSON.stringify(kept, null, 2)}\n`)
  await writeFile(RESULTS, withWholeWeek(await readFile(RESULTS, 'utf8')))
} finally {
  await topics.stop()
}
