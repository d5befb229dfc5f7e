import path from 'node:path'
import { Option } from 'commander'
import { githubReporter, hasErrors, smeltError } from '#diagnostics'
import type { TestFile, TestReport } from '#fixture'
import { FOLDER_NAME } from '#spec'
import type { Call, CliCommand } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { outputFormat } from '../output-format.ts'
import { openProject } from '../project.ts'
import { findTests } from '../test/find-tests.ts'

/** `smelt test` */
export const test: CliCommand = {
  usage: 'test [paths...]',
  summary: 'run the tests of pipelines: records in, rows out',
  details:
    'Runs the cases of pipelines/<pipeline>/tests/*.yaml on the real engine, in memory: no broker, no lake and no ' +
    'secret is touched. Paths are names of pipelines, test files or folders. Exit code 1 when a case fails or cannot ' +
    'be run.',
  options: [
    new Option('--filter <text>', 'only cases whose file or name has this text'),
    new Option('--update', 'write what is found over the expectations that do not hold, for review'),
    new Option('--generate <instance>', 'write a first test from records of the bronze tables of an instance'),
    new Option('--name <name>', 'the name of the file that --generate writes').default('sample'),
    new Option('--records <number>', 'how many records of each source --generate takes').default('5'),
    new Option('--sql', 'print the SQL that made the rows of a table that differs'),
    new Option('--format <format>', 'how to print')
      .choices(['terminal', 'json', 'junit', 'github'])
      .default('terminal'),
  ],
  examples: [
    ['smelt test', 'runs all tests of the project'],
    ['smelt test inventory-compliance', 'runs the tests of one pipeline'],
    ['smelt test --filter late --sql', 'runs some cases, and prints SQL where rows differ'],
    ['smelt test --update', 'rewrites expectations that do not hold; review the difference before committing it'],
    ['smelt test --generate acme/inventory-compliance', 'proposes pipelines/inventory-compliance/tests/sample.yaml'],
    ['smelt test --format junit', 'prints what build servers read'],
  ],
  async run(call) {
    const instance = call.text('generate')
    return instance === undefined ? await runSelected(call) : await generate(call, instance)
  },
}

async function generate(call: Call, instance: string): Promise<ExitCode> {
  const name = call.text('name') ?? ''
  const records = Number(call.text('records'))
  if (!FOLDER_NAME.pattern.test(name)) throw badUsage(`\`--name\`: ${FOLDER_NAME.says}`)
  if (!Number.isInteger(records) || records < 1 || records > 1000)
    throw badUsage('`--records` is a number from 1 to 1000')
  const { generateTest } = await import('../test/generate-test.ts')
  const file = await generateTest(call, { instance, name, records })
  call.host.stdout.write(`wrote ${file}\nReview it as behaviour, then run \`smelt test ${file}\`.\n`)
  return EXIT.fine
}

function badUsage(detail: string): Error {
  return smeltError('cli/bad-usage', { detail, command: 'smelt test' })
}

async function runSelected(call: Call): Promise<ExitCode> {
  const { host, globals, args, text } = call
  const format = outputFormat(call, 'smelt test')
  const project = openProject(host, globals)
  const files = findTests(host, project, args)
  const filter = text('filter')
  const startedMs = performance.now()
  host.hurry()
  const { runTests } = await import('#fixture')
  const report = await runTests(files, {
    folder: path.join(host.temporaryFolder, `smelt-${host.user}`),
    // A case waits for its turn on the main thread and for files much of the time.
    parallel: host.cores + 3,
    ...(filter === undefined ? {} : { wanted: (file, name) => file.includes(filter) || name.includes(filter) }),
  })
  if (filter !== undefined && report.results.length === 0 && report.problems.length === 0)
    throw badUsage(`No case has \`${filter}\` in the name of its file or its own`)
  if (call.flag('update')) return await update(files, report, { call, format, root: project.root })
  host.stdout.write(await printed(report, call, { format, tookMs: performance.now() - startedMs }))
  const failed = hasErrors(report.problems) || report.results.some(({ outcome }) => outcome !== 'passed')
  return failed ? EXIT.problems : EXIT.fine
}

/** Writes what was found over what was expected, and tells what cannot be mended so. */
async function update(
  files: readonly TestFile[],
  report: TestReport,
  { call, format, root }: { readonly call: Call; readonly format: string; readonly root: string },
): Promise<ExitCode> {
  const { updateTests } = await import('../test/update-tests.ts')
  const { lines, left } = await updateTests(files, report, root)
  call.host.stdout.write(`${lines.join('\n')}\n`)
  if (left.results.length === 0 && left.problems.length === 0) return EXIT.fine
  call.host.stdout.write(`\n${await printed(left, call, { format })}`)
  return EXIT.problems
}

async function printed(
  report: TestReport,
  { host, globals, flag }: Call,
  { format, tookMs }: { readonly format: string; readonly tookMs?: number },
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../test/test-json.ts')).testJson(report)
    case 'junit':
      return (await import('../test/test-junit.ts')).testJunit(report)
    case 'github': {
      const failures = report.results.flatMap((each) => each.failures.map(({ diagnostic }) => diagnostic))
      return githubReporter([...report.problems, ...failures], report.texts)
    }
    default: {
      const { testText } = await import('../test/test-text.ts')
      // What a script compares must be the same each time.
      const took = host.stdout.isTerminal && tookMs !== undefined ? { tookMs } : {}
      return testText(report, { colours: globals.colours, sql: flag('sql'), ...took })
    }
  }
}
