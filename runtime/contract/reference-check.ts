import type { ErrorObject } from 'ajv/dist/2020.js'
import { smeltError } from '#diagnostics'
import type { Contract } from './contract.ts'
import { exactKeywords, type ExactIntegers } from './exact-keywords.ts'
import { FORMATS, satisfiesFormat } from './formats.ts'
import type { RecordValue } from './record-value.ts'

/** Judges one value by the whole contract; empty when it is satisfied. */
export type ReferenceCheck = (record: RecordValue) => readonly ErrorObject[]

/**
 * Compiles a contract's schema with ajv, which is loaded here and not before. Formats assert; numbers compare exactly.
 * Fails with `contract/not-usable` for a schema that ajv cannot compile.
 */
export async function compileReference(contract: Contract): Promise<ReferenceCheck> {
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  // The contract was checked when it was compiled; here unknown words are notes, and notes are not printed.
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    verbose: true,
    validateSchema: false,
    logger: false,
    // Names such as `toString` must be the record's own to be there.
    ownProperties: true,
  })
  // Contracts cannot ask for what is unevaluated, and ajv's bookkeeping for it fails on some of them.
  ajv.opts.unevaluated = false
  for (const format of FORMATS.keys()) ajv.addFormat(format, (text: string) => satisfiesFormat(format, text))
  const current: ExactIntegers = { integers: new Map() }
  for (const keyword of exactKeywords(current)) {
    ajv.removeKeyword(keyword.keyword)
    ajv.addKeyword({ ...keyword, errors: false })
  }
  try {
    const validate = ajv.compile(contract.schema)
    return (record) => {
      current.integers = record.integers
      return validate(record.value) ? [] : (validate.errors ?? [])
    }
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw smeltError('contract/not-usable', { file: contract.file, detail }, { cause })
  }
}
