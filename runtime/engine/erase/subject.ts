import { createHmac } from 'node:crypto'
import type { DataType, Field } from '#contract'
import type { SourcePlan } from '#plan'
import { isNumber, numberPattern, numbersOf, plainNumber, type Numbers } from './number-forms.ts'

/** Somebody, as the sources know them: a contract field, and the value it has for them. */
export interface Subject {
  /** Path in the contract: `user_email`, `user.email`. */
  readonly field: string
  readonly value: string
  /** What hashed columns and reports make of it. */
  readonly key: string
  /** Set when the value is a number and so is the field: it is found by value then, and not by how it is written. */
  readonly numbers?: Numbers
}

/** The subject as the contracts of these sources know it. */
export function subjectIn({ field, value, key }: Subject, sources: readonly Pick<SourcePlan, 'contract'>[]): Subject {
  const types = sources.flatMap(({ contract }) => typeAt(contract.fields, field.split('.')) ?? [])
  const numbers = isNumber(value) ? numbersOf(types) : undefined
  return { field, value, key, ...(numbers === undefined ? {} : { numbers }) }
}

function typeAt(fields: readonly Field[], [name, ...rest]: readonly string[]): DataType | undefined {
  const type = fields.find((field) => field.name === name)?.type
  if (rest.length === 0) return type
  return type?.kind === 'struct' ? typeAt(type.fields, rest) : undefined
}

/** The name of an erasure: the same for the same subject, and nothing that tells who it is. */
export function subjectId({ field, value, key }: Subject): string {
  return createHmac('sha256', key).update(`erasure\n${field}\n${value}`).digest('hex').slice(0, 32)
}

/** The texts by which tables may know the subject: as sent, in lower and upper case, each plain and hashed. */
export function subjectTexts({ value, key, numbers }: Subject): string[] {
  const texts = [value, value.toLowerCase(), value.toUpperCase(), value.trim()]
  const plain = [...new Set(numbers === undefined ? texts : [value, plainNumber(value)])]
  return [...plain, ...plain.map((each) => createHmac('sha256', key).update(each).digest('hex'))]
}

/**
 * A regular expression, the same in JavaScript and in SQL, for a text that holds the subject as a word of its own:
 * `joann@example.com` and `ann@example.com.au` do not hold `ann@example.com`, and `142` and `42.5` do not hold `42`.
 */
export function subjectPattern(subject: Subject): string {
  const { value, numbers } = subject
  const texts = subjectTexts(subject).map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  const words = numbers === undefined ? texts : [...texts, numberPattern(value, numbers)]
  return `(^|[^0-9A-Za-z_.+@\\-\\x{80}-\\x{10FFFF}])(${words.join('|')})($|[^0-9A-Za-z_@.\\-\\x{80}-\\x{10FFFF}]|\\.($|[^0-9A-Za-z]))`
}
