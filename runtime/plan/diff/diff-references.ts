import { typeText } from '../expression/data-type.ts'
import type { ReferencePlan } from '../types.ts'
import { sameList } from './same-expr.ts'
import type { ReferenceDiff } from './types.ts'

/** Compares the references of two plans. Where a file lies and how it is written says nothing about its rows. */
export function diffReferences(before: readonly ReferencePlan[], after: readonly ReferencePlan[]): ReferenceDiff[] {
  const known = new Map(before.map((reference) => [reference.name, reference]))
  return [
    ...after.map((reference): ReferenceDiff => {
      const former = known.get(reference.name)
      if (former === undefined) return { reference: reference.name, change: 'added', reasons: [] }
      const reasons = changesOf(former, reference)
      return { reference: reference.name, change: reasons.length > 0 ? 'changed' : 'unchanged', reasons }
    }),
    ...before
      .filter(({ name }) => !after.some((reference) => reference.name === name))
      .map(({ name }): ReferenceDiff => ({ reference: name, change: 'removed', reasons: [] })),
  ]
}

function changesOf(before: ReferencePlan, after: ReferencePlan): string[] {
  const found: string[] = []
  if (before.contentHash !== after.contentHash) found.push(`\`${after.file}\` has other content`)
  if (!sameList(before.key, after.key, (a, b) => a === b)) {
    found.push(`its key is ${after.key.map((key) => `\`${key}\``).join(', ')}`)
  }
  const sameField = (a: ReferencePlan['fields'][number], b: typeof a): boolean =>
    a.name === b.name && typeText(a.type) === typeText(b.type)
  if (!sameList(before.fields, after.fields, sameField)) found.push('its columns are others')
  return found
}
