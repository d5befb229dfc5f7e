import { createExplainer, type Explainer, type Verdict, type Violation } from '#contract'
import type { RecordCode } from '#diagnostics'
import type { ServedSource } from './served-topic.ts'

/** Why a record would be refused, in the words of the quarantine tables. */
export interface Refusal {
  readonly code: RecordCode
  /** JSON pointer of the first fault. */
  readonly path: string
  readonly message: string
  /** The source whose contract it breaks. */
  readonly source: string
  readonly violations?: readonly Violation[]
}

/** Judges a record by every source that reads its topic; the first refusal, or undefined. It never throws. */
export type Gate = (value: Buffer | null, key: Buffer | null) => Refusal | undefined

/**
 * Opens the gate of a topic: the verdicts are those that the engine gives row by row, of all sources that read the topic.
 * Sources with one and the same contract are asked once. Loads ajv.
 */
export async function openGate(sources: readonly ServedSource[]): Promise<Gate> {
  const judges = new Map<string, { readonly source: ServedSource; readonly explain: Explainer }>()
  for (const source of sources) {
    const { contract, maxRecordBytes, versioned } = source
    const same = JSON.stringify([contract.schema, maxRecordBytes, versioned])
    if (!judges.has(same)) judges.set(same, { source, explain: await createExplainer(contract, { maxRecordBytes }) })
  }
  const all = [...judges.values()]
  return (value, key) => {
    for (const { source, explain } of all) {
      if (value === null && key !== null && source.versioned) continue
      const verdict = explain(value)
      if (!verdict.ok) return refusal(verdict, source.name)
    }
    return undefined
  }
}

function refusal({ code, path, message, violations }: Verdict & { readonly ok: false }, source: string): Refusal {
  return { code, path, message, source, ...(violations === undefined ? {} : { violations }) }
}
