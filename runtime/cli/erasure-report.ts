import { smeltError } from '#diagnostics'
import type { Erasure, SignedErasure, Subject } from '#engine'

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

function parseReport(text: string): SignedErasure | undefined {
  try {
    const report = JSON.parse(text) as Partial<SignedErasure> | null
    if (typeof report?.erasure !== 'object' || typeof report.signature !== 'string') return undefined
    return { erasure: report.erasure, signature: report.signature }
  } catch {
    return undefined
  }
}
