import type { Call } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { accessText, accessTables, type AccessTable, type UnknownAccess } from './access-tables.ts'
import { compareFiles, openTenant, type ComparedFile } from './open-tenant.ts'
import { refuseSecondStack } from './refuse-second-stack.ts'

/** Shows what a tenant is rendered to, against what is there, and who reaches its data in the cloud. Reads files only. */
export async function planTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const { host, globals, flag } = call
  const opened = openTenant(call, 'plan', key)
  await refuseSecondStack(call, opened.project, opened.node)
  const { node, environment } = opened
  const files = compareFiles(opened)
  const changed = files.filter(({ state }) => state !== 'same')
  const tables = accessTables(opened)
  if (globals.json) {
    const told = files.map(({ target, path, state, text }) => ({ target, path, state, text }))
    const whole = { tenant: node.key, environment: environment.name, state: node.state, changes: changed.length }
    host.stdout.write(`${JSON.stringify({ ...whole, files: told, access: tables }, null, 2)}\n`)
  } else host.stdout.write(planText(`${node.key} in ${environment.name}`, files, tables))
  return flag('detailedExitcode') && changed.length > 0 ? EXIT.refused : EXIT.fine
}

function planText(
  what: string,
  files: readonly ComparedFile[],
  tables: readonly (AccessTable | UnknownAccess)[],
): string {
  const changed = files.filter(({ state }) => state !== 'same')
  const marks = { same: ' ', missing: '+', differs: '~' }
  const lines = files.map(({ target, path, state }) => `${marks[state]} ${target.padEnd(10)}  ${path}`)
  const diffs = changed.map((file) => `\n--- ${file.path}\n${linesOf(file)}`)
  const end = changed.length === 0 ? 'nothing to apply' : `${changed.length} of ${files.length} files to write`
  return `${[what, ...lines].join('\n')}\n${diffs.join('')}${tables.map(accessText).join('')}\n${end}\n`
}

/** The lines that go and those that come, without those at both ends that stay. */
function linesOf({ before, text }: ComparedFile): string {
  const [old, now] = [split(before), split(text)]
  let start = 0
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++
  let end = 0
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end++
  const gone = old.slice(start, old.length - end).map((line) => `- ${line}\n`)
  const come = now.slice(start, now.length - end).map((line) => `+ ${line}\n`)
  return [...gone, ...come].join('')
}

function split(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
