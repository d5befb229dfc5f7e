import path from 'node:path'
import { smeltError } from '#diagnostics'
import type { Erasure, SignedErasure, Subject } from '#engine'
import type { Host } from './host.ts'

export interface ReportCheck {
  /** As the user named it. */
  readonly file: string
  readonly text: string
  readonly tenant: string
  /** Of the tenant. */
  readonly key: string
  /** When the report must be about this subject. */
  readonly subject: Subject | undefined
}

/**
 * The erasure that a report tells of, when it is as the tenant's key signed it, and about this subject if one is named.
 * cli/report-not-signed otherwise.
 */
export async function verifiedErasure({ file, text, tenant, key, subject }: ReportCheck): Promise<Erasure> {
  const { isSigned, subjectId } = await import('#engine')
  const refuse = (detail: string): Error => smeltError('cli/report-not-signed', { file, tenant, detail })
  const report = parseReport(text)
  if (report === undefined) throw refuse('it is no report of an erasure')
  if (!isSigned(report, key)) throw refuse('its text does not give its signature under the `pii_key` of the tenant')
  const { erasure } = report
  if (erasure.tenant !== tenant) throw refuse(`it is about the tenant \`${erasure.tenant}\``)
  if (subject !== undefined && subjectId(subject) !== erasure.id) throw refuse('it is about another subject')
  return erasure
}

/**
 * Tries whether a report can be written, before anything is erased: nobody should have to erase twice for one. What is there
 * stays as it is. Throws cli/cannot-write.
 */
export function checkWritable(host: Host, file: string): void {
  const place = path.resolve(host.folder, file)
  if (!host.files.create(place, '')) host.files.write(place, textThere(host, place))
}

/** What cannot be read cannot be kept either. */
function textThere({ files }: Host, place: string): string {
  try {
    return files.readText(place) ?? ''
  } catch (error) {
    throw smeltError('cli/cannot-write', { file: place }, { cause: error })
  }
}

/** Writes a report, in the place of what is there. Throws cli/cannot-write. */
export function writeReport(host: Host, file: string, text: string): void {
  host.files.put(path.resolve(host.folder, file), text)
}

function parseReport(text: string): SignedErasure | undefined {
  try {
    const report = JSON.parse(text) as Partial<SignedErasure> | null
    if (typeof report?.erasure !== 'object' || typeof report.signature !== 'string') return undefined
    return { erasure: report.erasure, signature: report.signature }
  } catch {
    return undefined
  }
}
