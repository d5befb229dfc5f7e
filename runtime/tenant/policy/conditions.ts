import { BlockList, isIPv6 } from 'node:net'
import type { Conditions } from './document.ts'
import { fitsArn, fitsWildcard } from './wildcard.ts'

/** What a request says of itself: condition key, in lower case, to its values. A key that is absent is absent. */
export type Context = ReadonlyMap<string, readonly string[]>

type Test = (wanted: string, given: string) => boolean

/** The operators that our policies use, with those that AWS makes of them by negation. Others are a bug here. */
const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringEqualsIgnoreCase: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  StringLike: fitsWildcard,
  ArnEquals: fitsArn,
  ArnLike: fitsArn,
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  IpAddress: fitsNetwork,
  NumericLessThan: (wanted, given) => Number(given) < Number(wanted),
  NumericGreaterThanEquals: (wanted, given) => Number(given) >= Number(wanted),
}

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
}

/** Whether every condition holds: operators and their keys are joined by `and`, the values of a key by `or`. */
export function conditionsHold(conditions: Conditions | undefined, context: Context): boolean {
  return Object.entries(conditions ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => conditionHolds(operator, wanted, context.get(key.toLowerCase()))),
  )
}

function conditionHolds(operator: string, wanted: readonly string[], given: readonly string[] | undefined): boolean {
  if (operator === 'Null') return wanted.includes(String(given === undefined))
  const quantifier = /^(ForAnyValue|ForAllValues):/.exec(operator)?.[1]
  const bare = operator.replace(/^For\w+:/, '').replace(/IfExists$/, '')
  const negated = bare in NEGATED
  const test = TESTS[NEGATED[bare] ?? bare]
  if (test === undefined) throw new Error(`The condition operator ${operator} is not modelled.`)
  const holds = (value: string): boolean => wanted.some((each) => test(each, value)) !== negated
  if (quantifier === 'ForAllValues') return (given ?? []).every(holds)
  if (quantifier === 'ForAnyValue') return (given ?? []).some(holds)
  if (given === undefined) return negated || operator.endsWith('IfExists')
  // Of a key with several values a negated operator wants that none of them matches.
  return negated ? given.every(holds) : given.some(holds)
}

function fitsNetwork(network: string, address: string): boolean {
  const [base = '', bits] = network.split('/')
  const kind = isIPv6(base) ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(base, bits === undefined ? (kind === 'ipv6' ? 128 : 32) : Number(bits), kind)
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
