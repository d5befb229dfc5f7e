import { SENSITIVITIES, type ClassificationNode, type Sensitivity } from '#spec'

/** What the sensitivity of data drives: the one place from which infrastructure, Kubernetes and pages take it. */
export interface Handling {
  /**
   * Whose roles may read a layer beside the engine: everybody's in the account, those of the tenant, only those that a
   * person was named for, or nobody's.
   */
  readonly readers: 'account' | 'tenant' | 'named' | 'nobody'
  /** Days for which an object that was removed can still be brought back. Short, so that an erasure is one. */
  readonly noncurrentDays: number
  /** Days between the order to destroy the key of the tenant and its end: with the key, all data are gone. */
  readonly keyDeletionDays: number
  /** Objects may be locked against removal. Not where a person may ask for erasure. */
  readonly lockable: boolean
}

const HANDLING: Readonly<Record<Sensitivity, Handling>> = {
  public: { readers: 'account', noncurrentDays: 90, keyDeletionDays: 30, lockable: true },
  internal: { readers: 'tenant', noncurrentDays: 60, keyDeletionDays: 30, lockable: true },
  confidential: { readers: 'named', noncurrentDays: 30, keyDeletionDays: 30, lockable: true },
  gdpr: { readers: 'nobody', noncurrentDays: 7, keyDeletionDays: 7, lockable: false },
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
