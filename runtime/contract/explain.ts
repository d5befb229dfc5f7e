import { isUtf8 } from 'node:buffer'
import { diagnostic, type ParamsOf, type RecordCode } from '#diagnostics'
import { canonicalWriter } from './canonical.ts'
import type { Contract } from './contract.ts'
import { MAX_DEPTH, readJson, type JsonNode } from './json-reader.ts'
import { numberJudge, type NumberFaults } from './number-faults.ts'
import { recordValue } from './record-value.ts'
import { compileReference } from './reference-check.ts'
import { violation, violationsText, type Violation } from './violation.ts'

/** `text` is what the typed shred reads. `path` is a JSON pointer, empty for the value as a whole. */
export type Verdict =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false
      readonly code: RecordCode
      readonly path: string
      readonly message: string
      /** Of a contract violation, each of them. */
      readonly violations?: readonly Violation[]
    }

/** Judges the bytes of one record value. Synchronous; it never throws, whatever the bytes. */
export type Explainer = (value: Uint8Array | null) => Verdict

/**
 * Makes the reference of a contract: the verdict that the vectorised path must agree with, and the explanation of every
 * refusal (DESIGN section 5, "Valid"). Loads ajv. The first fault in this order gives the code: null value, empty value,
 * oversized, not UTF-8, not JSON, too deep, duplicate key, lone surrogate, number out of range, contract violation; the
 * last one names all violations. Messages name paths, keywords, limits and types, never a value.
 */
export async function createExplainer(contract: Contract, options: { maxRecordBytes: number }): Promise<Explainer> {
  const judge = await judgeOf(contract)
  return (value) => {
    if (value === null) return refuse('record/null-value', {})
    if (value.length === 0) return refuse('record/empty-value', {})
    const limit = options.maxRecordBytes
    if (value.length > limit) return refuse('record/oversized', { bytes: value.length, limit })
    if (!isUtf8(value)) return refuse('record/not-utf8', {})
    return judgeText(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8'), judge)
  }
}

function judgeText(text: string, judge: (root: JsonNode) => Verdict): Verdict {
  const reading = readJson(text)
  if (!reading.ok) return refuse('record/not-json', { detail: `${reading.detail}, at character ${reading.offset + 1}` })
  if (reading.tooDeep) return refuse('record/too-deep', { limit: MAX_DEPTH })
  const { duplicate, loneSurrogate } = reading
  if (duplicate) return refuse('record/duplicate-key', { key: duplicate.key.slice(0, 100) }, duplicate.pointer)
  if (loneSurrogate) return refuse('record/lone-surrogate', {}, loneSurrogate.pointer)
  return judge(reading.root)
}

async function judgeOf(contract: Contract): Promise<(root: JsonNode) => Verdict> {
  const check = await compileReference(contract)
  const judgeNumbers = numberJudge(contract.fields)
  const write = canonicalWriter(contract.fields)
  return (root) => {
    const record = recordValue(root)
    const faults = judgeNumbers(root)
    const outOfRange = record.infinite ?? faults.outOfRange[0]
    if (outOfRange !== undefined) return refuse('record/number-out-of-range', { text: outOfRange }, outOfRange)
    const violations = [...check(record).map(violation), ...typeViolations(faults)]
    const [first] = violations
    if (first === undefined) return { ok: true, text: write(root) }
    const refusal = refuse('record/contract-violation', { detail: violationsText(violations) }, first.path)
    return { ...refusal, violations }
  }
}

function typeViolations(faults: NumberFaults): Violation[] {
  return [
    ...faults.fractions.map((path) => ({ path, keyword: 'type', message: 'must be integer' })),
    ...faults.notDecimal.map((path) => ({ path, keyword: 'x-smelt-type', message: 'must be decimal text' })),
  ]
}

function refuse<C extends RecordCode>(code: C, params: ParamsOf<C>, path = ''): Verdict & { readonly ok: false } {
  return { ok: false, code, path, message: diagnostic(code, params).message }
}
