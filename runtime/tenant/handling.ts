import { SENSITIVITIES, type ClassificationNode, type Sensitivity } from '#spec'

/** What the sensitivity of data drives: the one place from which policies, infrastructure and pages take it. */
export interface Handling {
  /**
   * Who may read a layer beside the engine and its maintenance: every role of the account whose own policies let it, the
   * tenant's role for that layer, or nobody, so that no such role is made.
   */
  readonly readers: 'account' | 'tenant' | 'nobody'
  /** Days for which an object that was removed can still be brought back. Short, so that an erasure is one. */
  readonly noncurrentDays: number
  /** Days between the order to destroy the key of the tenant and its end: with the key, all data are gone. */
  readonly keyDeletionDays: number
}

const HANDLING: Readonly<Record<Sensitivity, Handling>> = {
  public: { readers: 'account', noncurrentDays: 90, keyDeletionDays: 30 },
  internal: { readers: 'tenant', noncurrentDays: 60, keyDeletionDays: 30 },
  confidential: { readers: 'tenant', noncurrentDays: 30, keyDeletionDays: 30 },
  gdpr: { readers: 'nobody', noncurrentDays: 7, keyDeletionDays: 7 },
}

/** How data of one sensitivity are handled. */
export function handlingOf(sensitivity: Sensitivity): Handling {
  return HANDLING[sensitivity]
}

/** The most sensitive layer decides what a tenant has only one of, such as its key. */
export function mostSensitive(classification: ClassificationNode): Sensitivity {
  const levels = Object.values(classification).map((level) => SENSITIVITIES.indexOf(level))
  return SENSITIVITIES[Math.max(...levels)] ?? 'gdpr'
}
