import { randomBytes } from 'node:crypto'
import { newTenantId } from '#spec'
import type { Call } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { OpenProject } from '../project.ts'

/** What stands as the `id` is none of this tenant's. One that is misspelt is mended, not made anew. */
const OTHERS: readonly string[] = ['tenant/id-is-name', 'tenant/id-is-account', 'tenant/duplicate-id']

/**
 * Whether the file of a tenant, which cannot be used as it is, wants for an id: it stands in the cloud without one, what it has
 * is something else, or another tenant has the same.
 */
export function lacksId({ loaded }: OpenProject, file: string): boolean {
  const about = loaded.diagnostics.filter(({ span }) => span?.file === file)
  if (about.some(({ code }) => OTHERS.includes(code))) return true
  const text = loaded.texts.get(file) ?? ''
  return /^environments[ \t]*:/m.test(text) && !/^id[ \t]*:/m.test(text)
}

/** Prints an id that nobody has, to be put into the file by who knows that the tenant never had another. Writes nothing. */
export function offerId({ host: { stdout }, globals }: Call, key: string, file: string): ExitCode {
  const id = newTenantId(randomBytes(10))
  if (globals.json) stdout.write(`${JSON.stringify({ tenant: key, id: null, new_id: id, files: [] })}\n`)
  else
    stdout.write(
      `\`${file}\` is there, without an id of its own. Write this line into it, unless the tenant had one before: then that one\n  id: ${id}\n`,
    )
  return EXIT.fine
}
