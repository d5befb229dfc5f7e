import { snakeCase } from './column-name.ts'

const PERSONAL = /(^|_)(e_?mail|phone|mobile|ssn|passport|iban|tax_id)(_|$)/

/** True for a text field that holds e-mail addresses, or whose name says that it tells who somebody is. */
export function isPersonal(path: readonly string[], format: string | undefined): boolean {
  return format === 'email' || (format === undefined && PERSONAL.test(snakeCase(path.at(-1) ?? '')))
}
