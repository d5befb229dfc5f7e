import { randomUUID } from 'node:crypto'
import type { TenantNode } from '#spec'
import type { ClientAccess } from '#stream'
import { KUBERNETES_FOLDER, stillRuns, topicsOf } from '#tenant'
import type { Call } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { accessState, grantText, limitsState } from './client-access.ts'
import { compareFiles, openTenant, type OpenTenant } from './open-tenant.ts'
import { withBroker } from './with-broker.ts'

/** One thing that must hold, and what is wrong where it does not. */
interface Finding {
  readonly what: string
  readonly wrong?: string
  /** `apply` makes it right. */
  readonly mendable?: boolean
}

/**
 * Looks whether all that `apply` made is there as it should be. Of an active tenant it writes one object into the lake, and
 * removes it again; of one that is suspended or offboarded `apply` makes only files, and only they are looked at.
 */
export async function verifyTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const { host, globals } = call
  const opened = openTenant(call, 'verify', key)
  const { node, environment } = opened
  const running = node.state === 'active' ? [...(await brokerFindings(opened)), await canary(opened)] : []
  const findings = [...filesOf(opened), ...running]
  const wrong = findings.filter((each) => each.wrong !== undefined)
  if (globals.json) {
    const told = findings.map(({ what, wrong: is }) => ({ what, ...(is !== undefined && { wrong: is }) }))
    const whole = { tenant: node.key, environment: environment.name, state: node.state, ok: wrong.length === 0 }
    host.stdout.write(`${JSON.stringify({ ...whole, findings: told }, null, 2)}\n`)
  } else {
    const lines = findings.map((each) =>
      each.wrong === undefined ? `ok     ${each.what}` : `wrong  ${each.what}: ${each.wrong}`,
    )
    host.stdout.write(`${[...lines, ...unlooked(node), endOf(wrong, call, node)].join('\n')}\n`)
  }
  return wrong.length === 0 ? EXIT.fine : EXIT.problems
}

/** What is not looked at in this state of the tenant. */
function unlooked({ key, state }: TenantNode): string[] {
  if (state === 'active') return []
  const until = state === 'suspended' ? ` until \`smelt tenant resume ${key}\`` : ''
  return [`${key} is ${state}: topics, access and lake are not looked at${until}`]
}

/** How many things are wrong, and the command that helps, where there is one. */
function endOf(wrong: readonly Finding[], { globals: { env } }: Call, { key }: TenantNode): string {
  if (wrong.length === 0) return 'all is there'
  const mendable = wrong.filter((each) => each.mendable === true).length
  if (mendable === 0) return `${wrong.length} wrong`
  const command = `smelt tenant apply ${key}${env === undefined ? '' : ` --env ${env}`}`
  return `${wrong.length} wrong: \`${command}\` mends ${mendable === wrong.length ? 'that' : `${mendable} of them`}`
}

function filesOf(opened: OpenTenant): Finding[] {
  const says = { same: undefined, missing: 'is not there', differs: 'was changed' }
  const compared = compareFiles(opened).map(({ path, state }): Finding => {
    const wrong = says[state]
    return { what: path, ...(wrong !== undefined && { wrong, mendable: true }) }
  })
  return [...compared, ...podsOf(opened, new Set(compared.map(({ what }) => what)))]
}

/** Pods of a tenant that is to have none, in files that `apply` does not write as smelt.yaml says nothing of Kubernetes. */
function podsOf({ node, project, environment }: OpenTenant, compared: ReadonlySet<string>): Finding[] {
  return stillRuns([node], project.files).flatMap(({ span }) => {
    const file = span?.file ?? ''
    if (compared.has(file) || !file.startsWith(`${KUBERNETES_FOLDER}/${environment.name}/`)) return []
    return [{ what: file, wrong: `has pods, but the tenant is ${node.state}: render it again` }]
  })
}

function brokerFindings(opened: OpenTenant): Promise<Finding[]> {
  return withBroker(opened.environment, async (broker) => {
    const found: Finding[] = []
    for (const topic of topicsOf(opened.input)) {
      const isThere = (await broker.topic(topic)) !== undefined
      found.push({ what: `topic ${topic}`, ...(!isThere && { wrong: 'is not there', mendable: true }) })
    }
    return [...found, ...(broker.access === undefined ? [] : await accessFindings(broker.access, opened))]
  })
}

/** That a tenant may do more than it should is as wrong as that it may do less. */
async function accessFindings(access: ClientAccess, opened: OpenTenant): Promise<Finding[]> {
  const { principal, unguarded, missing, beyond } = await accessState(access, opened)
  const { user, different } = await limitsState(access, opened)
  const lacks = missing.length === 0 ? [] : [`may not ${missing.map(grantText).join(', ')}`]
  const wrong = [...lacks, ...(beyond.length === 0 ? [] : [`may ${beyond.join(', ')}`])].join('; ')
  return [
    {
      what: unguarded ? `access of ${principal}: the broker has no authorizer` : `access of ${principal}`,
      // What it may beyond, `apply` does not take away.
      ...(wrong !== '' && { wrong, mendable: beyond.length === 0 }),
    },
    {
      what: `quotas of ${user}`,
      ...(different.length > 0 && { wrong: `should be ${different.join(', ')}`, mendable: true }),
    },
  ]
}

/** Puts an object of its own into the lake and gets it back. */
async function canary({ environment, node }: OpenTenant): Promise<Finding> {
  const { openStore } = await import('#lake')
  const store = await openStore(environment.store(node.key))
  const key = `.probe/canary-${randomUUID()}`
  const bytes = Buffer.from(node.key)
  try {
    await store.write(key, bytes)
    const found = await store.read(key)
    await store.delete([key])
    const isSame = found?.equals(bytes) === true
    return { what: `lake of ${node.key}`, ...(!isSame && { wrong: 'does not give back what was put there' }) }
  } finally {
    await store.close()
  }
}
