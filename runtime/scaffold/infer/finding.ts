import type { Profile } from '../profile/profile.ts'

/** What a field of the records is taken to be, and why. */
export interface Finding {
  /** The names from the record down to the field. */
  readonly path: readonly string[]
  readonly kind: 'integer' | 'number' | 'string' | 'boolean' | 'object' | 'list' | 'any'
  /** A format of contracts that every text of the sample has. */
  readonly format?: string
  /** The only values, where the sample is evidence enough. */
  readonly values?: readonly string[]
  /** Of the elements of a list. */
  readonly items?: Pick<Finding, 'kind' | 'format'> & { readonly nullable: boolean }
  /** It is there, or null, in every object that could have it. */
  readonly required: boolean
  readonly nullable: boolean
  /** It has a value in every record of the sample, and so do the objects around it. */
  readonly always: boolean
  /** One sentence: what was seen. */
  readonly evidence: string
  readonly profile: Profile
  /** The fields of an object. */
  readonly fields: readonly Finding[]
}

/** Something about the sample that the author should know. */
export interface Note {
  /** JSON pointer of the field it is about; empty for the whole. */
  readonly pointer: string
  readonly text: string
}

/** A field and all fields below it, in the order of the sample. */
export function allFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.flatMap((each) => [each, ...allFindings(each.fields)])
}

/** A count with its unit, `1,461 records`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}
