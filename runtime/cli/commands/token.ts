import { nearestMatch, smeltError } from '#diagnostics'
import type { StoredToken, TokenStore } from '#ingest'
import { parseDuration } from '#spec'
import type { Call, CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { servedTopics } from '../ingest/served-topics.ts'
import { checkTenant, openProject, type OpenProject } from '../project.ts'
import { tableText } from '../table-text.ts'
import { refuseStray, verbOption } from '../verb-options.ts'

const ACTIONS = ['create', 'list', 'revoke'] as const

const OPTIONS = [
  verbOption(['create'], '--topic <topics>', 'the topics that it is good for, with commas between'),
  verbOption(['create'], '--all-topics', 'every topic of the tenant, now and later'),
  verbOption(['create'], '--expires <duration>', 'how long it is good, such as `90d` (default: until it is revoked)'),
]

/** `smelt token` */
export const token: CliCommand = {
  usage: 'token <action> <tenant> [id]',
  summary: 'make, list or revoke the tokens that `smelt ingest` takes records with',
  details:
    'Actions: `create` makes a token for the topics that are named and prints it, once; `list` shows which there are; `revoke` ' +
    'takes the one of that id away, and running servers refuse it within ten seconds. The lake of the tenant keeps the hash of ' +
    'a token and never the token: one that was lost is revoked and made anew. For a suspended tenant one can be made, which servers ' +
    'take as soon as it is resumed; for an offboarded one none is made, and those of before can be listed and revoked.',
  options: OPTIONS.map(({ option }) => option),
  examples: [
    ['smelt token create acme --topic inventory --expires 90d', 'makes a token for one topic, good for 90 days'],
    ['smelt token list acme', 'shows the tokens of a tenant'],
    ['smelt token revoke acme 5d1f0a9b3c24', 'takes one away'],
  ],
  async run(call) {
    const { host, globals, args } = call
    const [given = '', tenant = '', id] = args
    const action = actionOf(given)
    if ((action === 'revoke') !== (id !== undefined))
      throw bad(`\`${action}\` ${id === undefined ? 'needs the id of a token' : 'takes no id'}`)
    refuseStray(call, 'smelt token', action, OPTIONS)
    const project = openProject(host, globals)
    const environment = openEnvironment(host, globals, project)
    const { state } = checkTenant(project, tenant)
    // One for a suspended tenant is refused by servers until it is resumed; one for a tenant that is gone, for ever.
    if (action === 'create' && state === 'offboarded') throw smeltError('tenant/not-active', { tenant, state })
    const about = action === 'create' ? aboutToken(call, project, tenant) : undefined
    const { openStore } = await import('#lake')
    const store = await openStore(environment.store(tenant))
    try {
      if (about !== undefined) await create(call, store, about)
      else if (id !== undefined) await revoke(call, store, id)
      else await list(call, store)
    } finally {
      await store.close()
    }
    return EXIT.fine
  },
}

type About = Pick<StoredToken, 'tenant' | 'topics' | 'createdMs' | 'createdBy' | 'expiresMs'>

function aboutToken({ host, text, flag }: Call, project: OpenProject, tenant: string): About {
  const createdMs = host.clock()
  const named = text('topic')
  if ((named === undefined) === !flag('allTopics')) throw bad('Give either `--topic` or `--all-topics`')
  const topics = named === undefined ? 'all' : named.split(',').map((each) => each.trim())
  const known = servedTopics(project, tenant).map(({ topic }) => topic)
  for (const topic of topics === 'all' ? [] : topics) {
    if (!known.includes(topic))
      throw smeltError('ingest/unknown-topic', { topic, nearest: nearestMatch(topic, known), known })
  }
  const expires = text('expires')
  const lasts = expires === undefined ? undefined : parseDuration(expires)
  if (expires !== undefined && (lasts === undefined || lasts === 0)) {
    throw bad(`\`--expires\` must be a duration such as \`90d\` or \`12h\`, not \`${expires}\``)
  }
  const about = { tenant, topics, createdMs, createdBy: host.userName } as const
  return lasts === undefined ? about : { ...about, expiresMs: createdMs + lasts }
}

async function create({ host, globals }: Call, store: TokenStore, about: About): Promise<void> {
  const { createToken, saveToken } = await import('#ingest')
  let made = createToken(about)
  while (!(await saveToken(store, made.stored))) made = createToken(about)
  const { token: secret, stored } = made
  if (globals.json) {
    host.stdout.write(`${JSON.stringify({ token: secret, ...shown(stored) }, null, 2)}\n`)
    return
  }
  // The token alone on standard output: it can be put where it is needed without being looked at.
  host.stdout.write(`${secret}\n`)
  const until = stored.expiresMs === undefined ? 'until it is revoked' : `until ${time(stored.expiresMs)}`
  host.stderr.write(`token ${stored.id} for ${topicsText(stored)}, good ${until}; it is not shown again\n`)
}

async function list({ host, globals, args }: Call, store: TokenStore): Promise<void> {
  const { listTokenIds, readToken } = await import('#ingest')
  const tokens: StoredToken[] = []
  for (const id of await listTokenIds(store)) {
    const found = await readToken(store, id)
    if (found !== undefined) tokens.push(found)
  }
  tokens.sort((a, b) => a.createdMs - b.createdMs)
  if (globals.json) host.stdout.write(`${JSON.stringify(tokens.map(shown), null, 2)}\n`)
  else if (tokens.length === 0) host.stdout.write(`${args[1] ?? ''}: no tokens\n`)
  else
    host.stdout.write(
      tableText(
        COLUMNS,
        tokens.map((each) => cells(each, host.clock())),
      ),
    )
}

const COLUMNS = [{ name: 'token' }, { name: 'topics' }, { name: 'made' }, { name: 'by' }, { name: 'good until' }]

function cells(stored: StoredToken, nowMs: number): string[] {
  const { id, createdMs, createdBy, expiresMs } = stored
  const until = expiresMs === undefined ? 'revoked' : `${time(expiresMs)}${expiresMs <= nowMs ? ' (expired)' : ''}`
  return [id, topicsText(stored), time(createdMs), createdBy, until]
}

async function revoke({ host, globals, args }: Call, store: TokenStore, id: string): Promise<void> {
  const { deleteToken, listTokenIds } = await import('#ingest')
  const known = await listTokenIds(store)
  if (!known.includes(id)) throw smeltError('ingest/unknown-token', { id, nearest: nearestMatch(id, known), known })
  await deleteToken(store, id)
  const [, tenant = ''] = args
  if (globals.json) host.stdout.write(`${JSON.stringify({ tenant, revoked: id }, null, 2)}\n`)
  else host.stdout.write(`${tenant}: token ${id} is revoked\n`)
}

/** What may be seen of a token: not even its hash. */
function shown({ id, tenant, topics, createdMs, createdBy, expiresMs }: StoredToken): object {
  const expires = expiresMs === undefined ? {} : { expires_at: time(expiresMs) }
  return { id, tenant, topics, created_at: time(createdMs), created_by: createdBy, ...expires }
}

function topicsText({ topics }: StoredToken): string {
  return topics === 'all' ? 'all topics' : topics.join(', ')
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}

function actionOf(given: string): (typeof ACTIONS)[number] {
  const found = ACTIONS.find((each) => each === given)
  if (found !== undefined) return found
  const nearest = nearestMatch(given, ACTIONS)
  const hint = nearest === undefined ? `one of ${ACTIONS.join(', ')} is` : `did you mean \`${nearest}\`?`
  throw bad(`\`${given}\` is no action: ${hint}`)
}

function bad(detail: string): Error {
  return smeltError('cli/bad-usage', { detail, command: 'smelt token' })
}
