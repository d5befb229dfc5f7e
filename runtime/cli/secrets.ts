import path from 'node:path'
import { isSmeltError, SmeltError, smeltError, type Diagnostic, type Where } from '#diagnostics'
import type { Plan } from '#plan'
import type { EnvironmentNode, MaybeSecret, SecretRef } from '#spec'
import type { Host } from './host.ts'
import { Problems } from './problems.ts'

/** The secrets of an environment. Values leave only through `read`; no message ever holds one. */
export interface Secrets {
  /** The value of `${secrets.<name>}`. Throws cli/missing-secret, which says where it was looked for. */
  read(name: string, where?: Pick<Where, 'span' | 'pointer'>): string
  /** Whether there is a value. */
  has(name: string): boolean
  /** Where the value is looked for, for people. */
  place(name: string): string
}

/** Opens the secrets of `environment`: environment variables with a prefix, or files of a folder. */
export function openSecrets(host: Host, root: string, environment: EnvironmentNode): Secrets {
  const { secrets } = environment
  if (secrets.kind === 'env') {
    return secretsOf(
      (name) => host.env(`${secrets.prefix}${name}`),
      (name) => `the environment variable \`${secrets.prefix}${name}\``,
    )
  }
  const fileOf = (name: string): string => path.resolve(root, secrets.folder.value, name)
  return secretsOf(
    // A file ends with a line feed that is not part of the secret.
    (name) =>
      host.files
        .read(fileOf(name))
        ?.toString('utf8')
        .replace(/\r?\n$/, ''),
    (name) => `the file \`${path.join(secrets.folder.value, name)}\``,
  )
}

/** The text itself, or the value of the secret that it names. */
export function revealed(value: MaybeSecret, secrets: Secrets): string {
  return typeof value === 'string' ? value : secrets.read(value.secret)
}

/** The secrets that an environment itself needs, by name. */
export function secretsOfEnvironment({ broker, lake }: EnvironmentNode): string[] {
  const values: (MaybeSecret | undefined)[] = []
  if (broker.kind === 'kafka') {
    values.push(broker.sasl?.username, broker.sasl?.password)
    if (typeof broker.tls === 'object') values.push(broker.tls.key)
  }
  if (lake.kind === 's3') values.push(lake.accessKeyId, lake.secretAccessKey)
  return namesOf(values)
}

/** The secrets that the sinks of a plan need, by name. */
export function secretsOfSinks({ sinks = [] }: Plan): string[] {
  return namesOf(
    sinks.flatMap(({ receiver }) => {
      if (receiver.kind === 'kafka') return []
      const signingKey = receiver.kind === 'webhook' ? receiver.signingKey : undefined
      return [receiver.url, receiver.authorization, signingKey]
    }),
  )
}

/**
 * Reads secrets to see that they are there. Throws cli/missing-secret; where several are missing, Problems with one for
 * each, so that nobody starts as often as there are secrets to set.
 */
export function readAll(reads: readonly (() => unknown)[]): void {
  const missing = new Map<string, Diagnostic>()
  for (const read of reads) {
    try {
      read()
    } catch (error) {
      if (!isSmeltError(error, 'cli/missing-secret')) throw error
      missing.set(error.diagnostic.message, error.diagnostic)
    }
  }
  const [first, ...rest] = missing.values()
  if (first === undefined) return
  throw rest.length === 0 ? new SmeltError(first) : new Problems([first, ...rest], new Map())
}

function namesOf(values: readonly (MaybeSecret | undefined)[]): string[] {
  const references = values.filter((each): each is SecretRef => typeof each === 'object')
  return [...new Set(references.map(({ secret }) => secret))]
}

function secretsOf(find: (name: string) => string | undefined, place: (name: string) => string): Secrets {
  return {
    place,
    has(name) {
      try {
        return (find(name) ?? '') !== ''
      } catch {
        return false
      }
    },
    read(name, where = {}) {
      let value: string | undefined
      try {
        value = find(name)
      } catch (cause) {
        throw smeltError(
          'cli/missing-secret',
          { secret: name, place: place(name), problem: 'unreadable' },
          { ...where, cause },
        )
      }
      if (value !== undefined && value !== '') return value
      const problem = value === undefined ? 'missing' : 'empty'
      throw smeltError('cli/missing-secret', { secret: name, place: place(name), problem }, where)
    },
  }
}
