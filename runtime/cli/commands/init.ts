import path from 'node:path'
import { Option } from 'commander'
import { smeltError } from '#diagnostics'
import { TENANT_KEY } from '#spec'
import { isTenantKey } from '#tenant'
import type { Call, CliCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { openProject } from '../project.ts'
import { verify, writeFiles, type NewFile } from '../scaffold/new-pipeline.ts'
import { EXAMPLE, EXAMPLE_EVENTS, projectFiles } from '../scaffold/project-template.ts'

const DEFAULT_TENANT = 'acme'

interface Answers {
  readonly tenant: string
  readonly example: boolean
}

/** `smelt init` */
export const init: CliCommand = {
  usage: 'init [folder]',
  summary: 'start a project',
  details:
    'Writes smelt.yaml with an environment that needs nothing but this machine and two for Kafka and S3, a tenant that ' +
    'runs a small pipeline, its sample events and tests, and what git and editors need. At a terminal it asks; what ' +
    'options say is not asked. No file is overwritten: with a smelt.yaml, a tenant or that pipeline nothing is written, a ' +
    'README.md, .gitignore or editor setting that is there stays as it is.',
  options: [
    new Option('--tenant <key>', `the key of the first tenant (default: ${DEFAULT_TENANT})`),
    new Option('--no-example', 'no tenant and no pipeline: `smelt new pipeline` makes them'),
    new Option('--yes', 'ask nothing, take the defaults'),
  ],
  examples: [
    ['smelt init', 'starts a project here'],
    ['smelt init lake --tenant north-sea --yes', 'starts one in the folder `lake`, without a question'],
    ['smelt init --no-example', 'starts an empty one'],
  ],
  async run(call) {
    const { host, globals, args } = call
    const folder = args[0] ?? globals.project ?? '.'
    const root = path.resolve(host.folder, folder)
    const files = projectFiles(host, await answers(call))
    const { kept, written } = write(call, root, files)
    const next = nextCommands(folder, files)
    const told = written.filter(({ path: file }) => !file.startsWith('.smelt/')).map(({ path: file }) => file)
    if (globals.json) host.stdout.write(`${JSON.stringify({ root, files: told, kept, next })}\n`)
    else {
      const lines = [...told.map((file) => `wrote ${file}`), ...kept.map((file) => `kept ${file}, which was there`)]
      host.stdout.write(`${lines.join('\n')}\n\nnext:\n${next.map((line) => `  ${line}\n`).join('')}`)
    }
    return EXIT.fine
  },
}

function write(call: Call, root: string, files: readonly NewFile[]): { kept: string[]; written: NewFile[] } {
  const { host, globals } = call
  const there = files.filter(({ path: file, spare }) => spare && host.files.exists(path.join(root, file)))
  const written = files.filter((file) => !there.includes(file))
  verify(host, openProject(host, { ...globals, project: root }), written, '`smelt init`')
  writeFiles(host, root, written, '`smelt init`')
  return { kept: there.map(({ path: file }) => file).filter((file) => !file.startsWith('.smelt/')), written }
}

/** What the options say; the rest is asked where somebody is there to answer, or has its default. */
async function answers({ host, globals, text, flag }: Call): Promise<Answers> {
  const given = text('tenant')
  if (given !== undefined && !isTenantKey(given)) {
    const detail = `\`${given}\` cannot be the key of a tenant: ${TENANT_KEY.says}`
    throw smeltError('cli/bad-usage', { detail, command: 'smelt init' })
  }
  const ask = flag('yes') || globals.json ? undefined : host.ask
  const example = flag('example') && (ask === undefined || given !== undefined || (await askExample(ask)))
  const tenant =
    given ?? (ask === undefined || !example ? DEFAULT_TENANT : await askTenant((line) => host.stdout.write(line), ask))
  return { tenant, example }
}

type Ask = (question: string) => Promise<string>

async function askExample(ask: Ask): Promise<boolean> {
  const answer = await ask('Start with a small pipeline to look at? [Y/n] ')
  return !/^n/i.test(answer.trim())
}

async function askTenant(write: (text: string) => void, ask: Ask): Promise<string> {
  for (;;) {
    const answer = (
      await ask(`The key of the first tenant, which its topics and tables start with? [${DEFAULT_TENANT}] `)
    ).trim()
    if (answer === '') return DEFAULT_TENANT
    if (isTenantKey(answer)) return answer
    write(`\`${answer}\` is none: ${TENANT_KEY.says}.\n`)
  }
}

function nextCommands(folder: string, files: readonly NewFile[]): string[] {
  const enter =
    folder === '.' ? [] : [`cd ${/^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`}`]
  const tenant = files.flatMap(({ path: file }) => /^tenants\/(.*)\.yaml$/.exec(file)?.[1] ?? [])[0]
  const own = 'smelt new pipeline --from <a file of events>'
  if (tenant === undefined) return [...enter, `${own} --tenant ${DEFAULT_TENANT}`]
  const { pipeline, topic, key, table } = EXAMPLE
  const schema = /^[a-z_][a-z0-9_]*$/.test(tenant) ? tenant : `"${tenant}"`
  return [
    ...enter,
    'smelt check',
    'smelt test',
    `smelt produce ${tenant}.${topic} --file ${EXAMPLE_EVENTS} --key ${key}`,
    `smelt run ${tenant}/${pipeline} --until-end`,
    `smelt query 'select * from ${schema}.gold.${table} order by window_start, sensor'`,
    own,
  ]
}
