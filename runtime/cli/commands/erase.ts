import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { Option } from 'commander'
import { nearestMatch, smeltError } from '#diagnostics'
import type { Erasure, Occurrence, PipelineErasure, Subject } from '#engine'
import { typeText, type Plan } from '#plan'
import { closeAll } from '../close-all.ts'
import type { CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { checkWritable, verifiedErasure, writeReport } from '../erasure-report.ts'
import { erasureText, occurrencesText, signedText } from '../erasure-text.ts'
import { EXIT } from '../exit-code.ts'
import type { Host } from '../host.ts'
import { crashHook } from '../instance/crash-hook.ts'
import { lockedPipeline } from '../instance/engine-options.ts'
import { instancesOf, resolveInstance } from '../instance/resolve-instance.ts'
import { awaitRunLock } from '../instance/run-lock.ts'
import { checkTenant, openProject } from '../project.ts'

/** `smelt erase` */
export const erase: CliCommand = {
  usage: 'erase <tenant>',
  summary: 'take a person out of all that a tenant has',
  details:
    'Finds the records that have the value in the field, in bronze and quarantine, and takes them and all that was made of ' +
    'them out of every table, of state, and of topics where the broker can: files are written anew, and snapshots that held ' +
    'them go. Pipelines of the tenant must not run. Ends with a report that the key of the tenant signs; killed, it goes on ' +
    'with the next call. Savepoints that hold the subject are named, and go only with --drop-savepoints (exit code 4 ' +
    'without). Exit code 1 when --verify finds anything, or --verify-report a report that the tenant did not sign.',
  options: [
    new Option('--subject <field=value>', 'a field of a contract, and the value that it has'),
    new Option('--verify', 'change nothing; look for the value in the bytes of every object and topic'),
    new Option('--dry-run', 'change nothing; tell what would be erased'),
    new Option('--drop-savepoints', 'let savepoints and tags that hold the subject go'),
    new Option('--report <file>', 'write the signed report to a file too'),
    new Option('--verify-report <file>', 'change nothing; tell whether a report is as it was signed'),
  ],
  examples: [
    ['smelt erase acme --subject user_email=ann@example.com --dry-run', 'tells what would go'],
    ['smelt erase acme --subject user_email=ann@example.com --report ann.json', 'erases, and writes the report'],
    ['smelt erase acme --subject user_email=ann@example.com --verify', 'proves that nothing is left'],
    ['smelt erase acme --verify-report ann.json', 'proves that nobody changed the report'],
  ],
  async run({ host, globals, args: [tenant = ''], flag, text }) {
    const project = openProject(host, globals)
    const environment = openEnvironment(host, globals, project)
    checkTenant(project, tenant)
    const instances = instancesOf(project, tenant).map((name) => resolveInstance(project, name))
    const reportFile = text('verifyReport')
    const named =
      reportFile !== undefined && text('subject') === undefined
        ? undefined
        : subjectOf(text('subject') ?? '', instances, tenant)
    const key = instances[0]?.piiKey(environment.secrets)
    if (key === undefined) throw smeltError('tenant/no-signing-key', { tenant })
    if (reportFile !== undefined || named === undefined) {
      const file = reportFile ?? ''
      const subject = named && { ...named, key }
      const erasure = await verifiedErasure({ file, text: readReport(host, file), tenant, key, subject })
      host.stdout.write(globals.json ? `${JSON.stringify(erasure, null, 2)}\n` : signedText(file, erasure))
      return EXIT.fine
    }
    const subject: Subject = { ...named, key }
    const [engine, lake, stream] = await Promise.all([import('#engine'), import('#lake'), import('#stream')])
    const report = flag('verify') ? undefined : text('report')
    if (report !== undefined) checkWritable(host, report)
    const store = await lake.openStore(environment.store(tenant))
    const closers: (() => unknown)[] = [() => store.close()]
    try {
      for (const instance of flag('verify') || flag('dryRun') ? [] : instances)
        closers.push(await awaitRunLock(host, lockedPipeline(instance, store)))
      const scratch = path.join(host.temporaryFolder, `smelt-${host.user}`, `erase-${host.pid}`)
      await mkdir(scratch, { recursive: true })
      closers.push(() => rm(scratch, { recursive: true, force: true }))
      const { memoryLimitBytes, threads = host.cores } = environment.node.engine
      const session = await engine.openSession({ memoryLimitBytes, threads, spill: path.join(scratch, 'spill') })
      closers.push(() => session.close())
      const broker = await stream.openBroker(environment.broker())
      closers.push(() => broker.close())
      const place = { store, broker, session, scratch, subject }
      if (flag('verify')) {
        const found: Occurrence[] = await engine.findOccurrences({ ...place, plans: instances.map(({ plan }) => plan) })
        host.stdout.write(globals.json ? `${JSON.stringify(found, null, 2)}\n` : occurrencesText(tenant, found))
        return found.length === 0 ? EXIT.fine : EXIT.problems
      }
      const startedMs = host.clock()
      const step = await crashHook(host)
      const pipelines: PipelineErasure[] = []
      for (const { plan } of instances) {
        pipelines.push(
          await engine.erasePipeline({
            ...place,
            plan,
            clock: host.clock,
            runId: randomUUID(),
            dropSavepoints: flag('dropSavepoints'),
            dryRun: flag('dryRun'),
            ...(step === undefined ? {} : { step }),
          }),
        )
      }
      const erasure: Erasure = {
        format: 1,
        id: engine.subjectId(subject),
        tenant,
        field: subject.field,
        startedMs,
        endedMs: host.clock(),
        dryRun: flag('dryRun'),
        pipelines,
      }
      const signed = `${JSON.stringify(engine.signErasure(erasure, key), null, 2)}\n`
      if (!erasure.dryRun) await store.write(`erasures/${erasure.id}-${erasure.endedMs}.json`, Buffer.from(signed))
      host.stdout.write(globals.json ? signed : erasureText(erasure))
      if (report !== undefined) writeReport(host, report, signed)
      return EXIT.fine
    } finally {
      await closeAll(closers)
    }
  },
}

function readReport(host: Host, file: string): string {
  const text = host.files.readText(path.resolve(host.folder, file))
  if (text === undefined) throw smeltError('cli/unreadable-file', { file, detail: 'there is no such file' })
  return text
}

/** `field=value`, of a field that a contract of the tenant has. */
function subjectOf(text: string, instances: readonly { readonly plan: Plan }[], tenant: string): Omit<Subject, 'key'> {
  const at = text.indexOf('=')
  const [field, value] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)]
  if (field === '' || value === '') {
    const given = text === '' ? '`--subject` is missing' : `\`${text}\` is no subject`
    const detail = `${given}: it takes a field and a value, such as \`user_email=ann@example.com\``
    throw smeltError('cli/bad-usage', { detail, command: 'smelt erase' })
  }
  const fields = instances.flatMap(({ plan }) => plan.sources.flatMap(({ contract }) => pathsOf(contract.fields)))
  const types = fields.filter(({ path }) => path === field).map(({ type }) => type)
  if (types.some(namesSomebody)) return { field, value }
  const [type] = types
  if (type !== undefined) throw smeltError('cli/unfit-subject', { tenant, field, type: typeText(type) })
  const known = [...new Set(fields.filter((each) => namesSomebody(each.type)).map(({ path }) => path))]
  throw smeltError('cli/unknown-subject', { tenant, field, nearest: nearestMatch(field, known), known })
}

type Type = Plan['sources'][number]['contract']['fields'][number]['type']

/** Whether one value of the type, as text, may be somebody: the values of a list each, and none that many have. */
function namesSomebody(type: Type): boolean {
  if (type.kind === 'list') return type.element.type.kind !== 'list' && namesSomebody(type.element.type)
  return !['boolean', 'timestamp', 'struct', 'binary'].includes(type.kind)
}

function pathsOf(
  fields: Plan['sources'][number]['contract']['fields'],
  before = '',
): { readonly path: string; readonly type: Type }[] {
  return fields.flatMap(({ name, type }) => [
    { path: `${before}${name}`, type },
    ...(type.kind === 'struct' ? pathsOf(type.fields, `${before}${name}.`) : []),
  ])
}
