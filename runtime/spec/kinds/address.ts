import { fieldName, reportAt } from '../reading.ts'
import { fillTemplate } from '../template/fill-template.ts'
import type { Kind, Shape } from './kind.ts'

/** An address without a user or a password in it: those have fields of their own. */
export const HTTP_ADDRESS = /^https?:\/\/(?:[^\s/@?#:[\]]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?(?:[/?#]\S*)?$/

/**
 * The user and the password in front of a host, wherever they stand in a text. A registry has an `@` behind its port too. The
 * bound keeps a text of one long line from costing its square.
 */
const LOGIN =
  /(?<=\/\/)[^\s"'`]{0,999}(?=@)|(?<![^\s"'`,[\]{}])[^\s"'`,[\]{}:/]{1,99}:(?!\/\/|\d+\/)[^\s"'`]{0,999}(?=@)/g

/**
 * As `kind`, an address in which no user and no password may stand. `instead` says which fields they belong to. The value is
 * never shown.
 */
export function withoutLogin<T>(kind: Kind<T>, instead: string): Kind<T> {
  return {
    ...kind,
    shape: asAddress(kind.shape),
    read: (node, reading) => {
      const aside = { ...reading, diagnostics: [], unknown: [] }
      const filled = node.kind === 'scalar' ? fillTemplate(node, aside) : undefined
      if (filled === undefined || filled.secret !== undefined || !holdsLogin(filled.text)) {
        return kind.read(node, reading)
      }
      reportAt(reading, 'spec/login-in-address', { field: fieldName(node), instead }, node)
      return undefined
    },
  }
}

/** Where in a text users and passwords of addresses stand. */
export function loginsIn(text: string): { readonly start: number; readonly end: number }[] {
  return [...text.matchAll(LOGIN)].map(({ 0: { length }, index }) => ({ start: index, end: index + length }))
}

/** The text for people, with stars in place of a user and a password. */
export function withoutLogins(text: string): string {
  return text.replace(LOGIN, '***')
}

/** Whether a value of this shape is an address, or may be one. */
export function isAddress(shape: Shape): boolean {
  if (shape.type === 'text') return shape.address === true
  if (shape.type === 'list') return isAddress(shape.item)
  return shape.type === 'either' && shape.options.some(isAddress)
}

/** An `@` in front of the host, or behind what is no port: a password may hold any character. */
function holdsLogin(text: string): boolean {
  const behind = text.replace(/^\s*[\w+.-]+:\/\//, '')
  return /^[^/?#]*@/.test(behind) || /^[^/?#]*:\D[^]*@/.test(behind)
}

function asAddress(shape: Shape): Shape {
  if (shape.type === 'text') return { ...shape, address: true }
  return shape.type === 'either' ? { ...shape, options: shape.options.map(asAddress) } : shape
}
