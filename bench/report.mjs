import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { REPOSITORY } from './project.mjs'
import { median } from './statistics.mjs'
import { count, fixed, machine, mib, ms, percent, sec, table } from './text.mjs'
import { weekTable, wholeWeekText } from './week-text.mjs'

const MIB = 2 ** 20

/** The results as Markdown. */
export function renderResults({
  settings,
  topics,
  throughput,
  joins,
  recovery,
  ingest,
  checkpoints,
  checkSeconds,
  largeCheckSeconds,
  tenantsCheckSeconds,
  testSeconds,
  upkeep,
  state,
}) {
  const smelt = throughput.map((pair) => pair.smelt)
  const bare = throughput.map((pair) => pair.bare)
  const of = (runs, name) => median(runs.map((run) => run[name]))
  const ratios = throughput.map((pair) => pair.smelt.rowsPerSecond / pair.bare.rowsPerSecond)
  const growth = checkpoints.last.median / checkpoints.first.median
  const peak = Math.max(...smelt.map((run) => run.peakRssBytes ?? NaN))
  const upkeepGrowth = upkeep.parts[6].commitMs / upkeep.parts[1].commitMs
  const joinRatio = median(joins.map(({ joined, plain }) => joined.seconds / plain.seconds))
  const joinCpuRatios = joins.map(({ joined, plain }) => joined.cpuSeconds / plain.cpuSeconds)
  const statePeak = Math.max(state.fillPeakBytes ?? NaN, state.restartPeakBytes ?? NaN)
  const checkpointRatio = state.large.checkpointMs / state.small.checkpointMs
  const perGibSeconds = state.restartSeconds / (state.stateBytes / 2 ** 30)
  const taken = median(ingest.map(({ smelt }) => smelt.recordsPerSecond))
  const targets = [
    [
      'rate of the whole job, as a share of the bare script',
      percent(median(ratios)),
      'at least 50 %',
      median(ratios) >= 0.5,
    ],
    ['peak RSS of the instance, the highest of all runs', mib(peak), 'at most 1,024 MiB', peak <= 1024 * MIB],
    [
      'kill -9 and restart to the first new row, the slowest',
      sec(Math.max(...recovery)),
      'under 2 s',
      Math.max(...recovery) < 2,
    ],
    [
      `time per checkpoint, last ${checkpoints.group} against first ${checkpoints.group} of ${checkpoints.checkpoints}`,
      `x ${growth.toFixed(2)}`,
      'at most x 1.25',
      growth <= 1.25,
    ],
    ['`smelt check` of this repository', sec(checkSeconds), 'under 0.5 s', checkSeconds < 0.5],
    [
      `\`smelt check\` of ${count(settings.pipelines)} pipelines with 3 sources each`,
      sec(largeCheckSeconds),
      'under 2 s',
      largeCheckSeconds < 2,
    ],
    [
      `\`smelt check\` of ${count(settings.tenants)} tenants with ${settings.pipelinesOfEach} pipelines each`,
      sec(tenantsCheckSeconds),
      'under 3 s',
      tenantsCheckSeconds < 3,
    ],
    [
      `time per commit, last seventh against second seventh of ${count(upkeep.commits)} checkpoints of 10 s, with upkeep`,
      `x ${upkeepGrowth.toFixed(2)}`,
      'at most x 1.25',
      upkeepGrowth <= 1.25,
    ],
    [
      'time with the as-of join and the windows, against without both',
      `x ${joinRatio.toFixed(2)}`,
      'at most x 1.40',
      joinRatio <= 1.4,
    ],
    [
      `peak RSS with ${count(state.keys)} remembered keys and ${count(state.groups)} open windows`,
      mib(statePeak),
      'at most 1,024 MiB',
      statePeak <= 1024 * MIB,
    ],
    [
      `time per checkpoint of ${count(state.change)} records, with that state against a tenth of it`,
      `x ${checkpointRatio.toFixed(2)}`,
      'at most x 1.30',
      checkpointRatio <= 1.3,
    ],
    [
      `restart to the first new row with ${mib(state.stateBytes)} of state files, for each GiB`,
      sec(perGibSeconds),
      'under 20 s',
      perGibSeconds < 20,
    ],
    [
      'records that `smelt ingest` takes over HTTP, each judged and acknowledged by the broker',
      `${count(taken)}/s`,
      'at least 20,000/s',
      taken >= 20_000,
    ],
    [`\`smelt test\` of ${count(settings.testCases)} small cases`, sec(testSeconds), 'under 5 s', testSeconds < 5],
  ]
  const rows = [
    ['rows/s, start to end', count(of(smelt, 'rowsPerSecond')), count(of(bare, 'rowsPerSecond'))],
    ['CPU seconds per million rows', fixed(of(smelt, 'cpuSecondsPerMillion')), fixed(of(bare, 'cpuSecondsPerMillion'))],
    ['peak RSS', mib(of(smelt, 'peakRssBytes')), mib(of(bare, 'peakRssBytes'))],
    ['start to first committed rows', sec(of(smelt, 'startSeconds')), ''],
  ]
  const pairs = throughput.map((pair, at) => [
    at + 1,
    count(pair.smelt.rowsPerSecond),
    count(pair.bare.rowsPerSecond),
    percent(ratios[at]),
  ])
  return `# Bench results

Written by \`npm run bench\`; how to read it stands in [README.md](README.md).

- ${settings.date}, ${machine()}, load average at the end ${os.loadavg()[0].toFixed(1)}
- ${versions()}
- ${count(settings.records)} records from ${topics.kind}, 4 topic partitions, ${throughput.length} pairs of runs${settings.quick ? ' (`--quick`: too small to quote)' : ''}; every run checked against the generator's truth

## Targets

${table(
  ['measure', 'result', 'target', 'met'],
  targets.map(([...row]) => [...row.slice(0, 3), row[3] ? 'yes' : '**no**']),
)}

## Whole job, medians

${table(['measure', 'Smelt', 'bare script'], rows)}

## Pair by pair

${table(['pair', 'Smelt rows/s', 'bare rows/s', 'ratio'], pairs)}

## ${count(upkeep.commits)} checkpoints of ten seconds, in virtual time

One table, 20 rows a checkpoint, and the upkeep that a running instance does beside: after each seventh of the time.

${weekTable(upkeep.parts)}

${wholeWeekText()}## Details

- Recovery, each restart: ${recovery.map(sec).join(', ')}
- ${checkpoints.checkpoints} checkpoints of 200 records from a topic log: first ${checkpoints.group} ${group(checkpoints.first)}, last ${checkpoints.group} ${group(checkpoints.last)}
- With and without joins and windows, CPU of each pair: ${joinCpuRatios.map((ratio) => `x ${ratio.toFixed(2)}`).join(', ')}
- Over HTTP, each pair: ${ingest.map(ingestLine).join('; ')}
- Large state: filled at ${count(state.fillRowsPerSecond)} rows/s; restart ${sec(state.restartSeconds)}; per checkpoint, large ${stateLine(state.large)}, small ${stateLine(state.small)}
- Checkpoints of the whole job: ${smelt.map((run) => run.checkpoints).join(', ')}
`
}

function versions() {
  const json = (...parts) => JSON.parse(readFileSync(path.join(REPOSITORY, ...parts), 'utf8'))
  const duckdb = json('node_modules', '@duckdb', 'node-api', 'package.json').version
  return `Smelt ${json('package.json').version}, Node ${process.versions.node}, DuckDB ${duckdb}`
}

const group = ({ median, mean, cpu }) => `median ${ms(median)} (mean ${ms(mean)}, CPU ${ms(cpu)})`
const stateLine = ({ checkpointMs, processMs, cpuMs }) =>
  `${ms(checkpointMs)} (batch before it ${ms(processMs)}, CPU of both ${ms(cpuMs)})`
const ingestLine = ({ smelt, bare }) =>
  `${count(smelt.recordsPerSecond)}/s against ${count(bare.recordsPerSecond)}/s of a bare server that judges nothing (CPU per million ${fixed(smelt.cpuSecondsPerMillion)} s and ${fixed(bare.cpuSecondsPerMillion)} s, peak RSS ${mib(smelt.peakRssBytes)})`
