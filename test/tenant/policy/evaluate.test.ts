import { describe, expect, it } from 'vitest'
import type { Conditions, PolicyDocument, Statement } from '../../../runtime/tenant/policy/document.ts'
import { policyOf } from '../../../runtime/tenant/policy/document.ts'
import { evaluate, ROOT_RECOVERY, type PolicyRequest, type PolicySet } from '../../../runtime/tenant/policy/evaluate.ts'

const ACCOUNT = '111122223333'
const OTHER = '999999999999'
const role = (name: string, account = ACCOUNT): PolicyRequest['principal'] => ({
  kind: 'role',
  arn: `arn:aws:iam::${account}:role/${name}`,
  account,
})
const request = (change: Partial<PolicyRequest> = {}): PolicyRequest => ({
  principal: role('engine'),
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::lake/gold/1.parquet',
  resourceAccount: ACCOUNT,
  context: {},
  ...change,
})
const policy = (...statements: Partial<Statement>[]): PolicyDocument =>
  policyOf(
    statements.map((each, at) => ({
      Sid: `S${at}`,
      Effect: 'Allow',
      ...(each.NotAction === undefined ? { Action: ['s3:*'] } : {}),
      Resource: ['*'],
      ...each,
    })),
  )
const allowed = (policies: PolicySet, change?: Partial<PolicyRequest>): boolean =>
  evaluate(policies, request(change)).allowed
const ANY = policy({})
const EVERYBODY = policy({ Principal: '*' })
const when = (Condition: Conditions, context: PolicyRequest['context']): boolean =>
  allowed({ identity: [policy({ Condition })] }, { context })

describe('evaluate, as "Policy evaluation logic" of the IAM user guide says', () => {
  it('denies what nothing allows', () => {
    expect(evaluate({}, request())).toEqual({ allowed: false, decidedBy: [] })
  })

  it('lets an explicit deny win over every allow, and names it', () => {
    const resource = policy({ Principal: '*' }, { Sid: 'No', Effect: 'Deny', Principal: '*' })
    expect(evaluate({ identity: [ANY], resource }, request())).toEqual({ allowed: false, decidedBy: ['No'] })
  })

  it('within an account takes an allow of either policy', () => {
    expect(allowed({ identity: [ANY] })).toBe(true)
    expect(allowed({ resource: EVERYBODY })).toBe(true)
  })

  it('across accounts wants an allow of both', () => {
    const principal = role('reader', OTHER)
    expect(allowed({ identity: [ANY] }, { principal })).toBe(false)
    expect(allowed({ resource: EVERYBODY }, { principal })).toBe(false)
    expect(allowed({ identity: [ANY], resource: EVERYBODY }, { principal })).toBe(true)
  })

  it('takes an account as a principal for the right to decide, not for an allow to its roles', () => {
    const resource = policy({ Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:root`] } })
    expect(allowed({ resource })).toBe(false)
    expect(allowed({ resource, identity: [ANY], resourceMustAllow: true })).toBe(true)
  })

  it('wants the policy of a key to allow, also within the account ("Key policies in AWS KMS")', () => {
    expect(allowed({ identity: [ANY], resourceMustAllow: true })).toBe(false)
  })

  it('lets pass only what the endpoint allows ("Endpoint policies")', () => {
    expect(allowed({ identity: [ANY], endpoint: policy({ Principal: '*', Action: ['s3:PutObject'] }) })).toBe(false)
    expect(allowed({ identity: [ANY], endpoint: EVERYBODY })).toBe(true)
  })

  it('lets the root of the account mend the policy of its bucket ("PutBucketPolicy"), and no other root', () => {
    const resource = policy({ Effect: 'Deny', Principal: '*' })
    const principal = { kind: 'root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT } as const
    const action = 's3:PutBucketPolicy'
    expect(evaluate({ resource }, request({ principal, action })).decidedBy).toEqual([ROOT_RECOVERY])
    expect(allowed({ resource }, { principal })).toBe(false)
    expect(allowed({ resource }, { principal: { ...principal, account: OTHER }, action })).toBe(false)
  })

  it('matches actions without case, resources with it, and `*` and `?` as wildcards ("Action", "Resource")', () => {
    expect(allowed({ identity: [policy({ Action: ['S3:get*'] })] })).toBe(true)
    expect(allowed({ identity: [policy({ Resource: ['arn:aws:s3:::lake/gold/?.parquet'] })] })).toBe(true)
    expect(allowed({ identity: [policy({ Resource: ['arn:aws:s3:::LAKE/*'] })] })).toBe(false)
  })

  it('reads NotAction and NotResource as everything else ("NotAction", "NotResource")', () => {
    expect(allowed({ identity: [policy({ NotAction: ['s3:Put*'] })] })).toBe(true)
    expect(allowed({ identity: [policy({ NotAction: ['s3:Get*'] })] })).toBe(false)
    const elsewhere = policyOf([
      { Sid: 'S', Effect: 'Allow', Action: ['s3:*'], NotResource: ['arn:aws:s3:::lake/gold/*'] },
    ])
    expect(allowed({ identity: [elsewhere] })).toBe(false)
  })
})

describe('conditions, as "Condition operators" of the IAM user guide says', () => {
  it('joins operators and keys by `and`, values by `or`', () => {
    const both = { StringEquals: { 'aws:SourceVpc': ['vpc-1', 'vpc-2'], 'aws:RequestedRegion': ['eu-central-1'] } }
    expect(when(both, { 'aws:SourceVpc': 'vpc-2', 'aws:RequestedRegion': 'eu-central-1' })).toBe(true)
    expect(when(both, { 'aws:SourceVpc': 'vpc-2', 'aws:RequestedRegion': 'us-east-1' })).toBe(false)
  })

  it.each([
    ['StringEquals', false],
    ['StringNotEquals', true],
    ['StringEqualsIfExists', true],
    ['StringNotEqualsIfExists', true],
    ['ForAllValues:StringEquals', true],
    ['ForAnyValue:StringEquals', false],
  ])('of an absent key, %s is %s', (operator, holds) => {
    expect(when({ [operator]: { 'aws:SourceVpc': ['vpc-1'] } }, {})).toBe(holds)
  })

  it('Null tells whether a key is absent', () => {
    expect(when({ Null: { 'aws:SourceVpc': ['true'] } }, {})).toBe(true)
    expect(when({ Null: { 'aws:SourceVpc': ['false'] } }, {})).toBe(false)
  })

  it('names of keys have no case', () => {
    expect(when({ StringEquals: { 'AWS:sourcevpc': ['vpc-1'] } }, { 'aws:SourceVpc': 'vpc-1' })).toBe(true)
  })

  it.each([
    ['IpAddress', '203.0.113.0/24', '203.0.113.9', true],
    ['IpAddress', '203.0.113.0/24', '203.0.114.9', false],
    ['NotIpAddress', '2001:db8::/32', '2001:db8::1', false],
    ['NumericLessThan', '1.2', '1.1', true],
    ['NumericLessThan', '1.2', '1.2', false],
    ['ArnLike', 'arn:aws:iam::*:role/smelt/*', 'arn:aws:iam::1:role/smelt/a', true],
    ['ArnLike', 'arn:*:role/smelt', 'arn:aws:iam::1:role/smelt', false],
    ['StringLike', 'gold/*', 'gold/a/b', true],
    ['Bool', 'false', 'False', true],
  ])('%s %s of %s is %s', (operator, wanted, given, holds) => {
    expect(when({ [operator]: { key: [wanted] } }, { key: given })).toBe(holds)
  })

  it('of a key with several values, ForAnyValue wants one and ForAllValues all', () => {
    const context = { 'aws:TagKeys': ['a', 'b'] }
    expect(when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }, context)).toBe(true)
    expect(when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }, context)).toBe(false)
  })

  it('refuses an operator that it does not model', () => {
    expect(() => when({ DateLessThan: { key: ['2026'] } }, { key: '2025' })).toThrow('DateLessThan')
  })
})

describe('traps of network policies', () => {
  const vpc = { StringNotEquals: { 'aws:SourceVpc': ['vpc-1'] } }
  const denying = (Condition: Conditions, more: Partial<Statement> = {}): PolicyDocument =>
    policy({ Principal: '*' }, { Sid: 'Network', Effect: 'Deny', Principal: '*', Condition, ...more })
  const runner = { context: { 'aws:SourceIp': '198.51.100.7' } }

  it('a denial of everything locks out who would mend it', () => {
    expect(allowed({ identity: [ANY], resource: denying(vpc) }, { ...runner, action: 's3:PutBucketPolicy' })).toBe(
      false,
    )
  })

  it('a denial of everything stops the delivery of logs', () => {
    const principal = { kind: 'service', arn: 'logging.s3.amazonaws.com' } as const
    expect(allowed({ resource: denying(vpc) }, { principal, action: 's3:PutObject' })).toBe(false)
    const split = denying({ ...vpc, BoolIfExists: { 'aws:PrincipalIsAWSService': ['false'] } })
    expect(allowed({ resource: split }, { principal, action: 's3:PutObject' })).toBe(true)
  })

  it('network and endpoint in one condition let the wrong endpoint pass', () => {
    const one = denying({ StringNotEquals: { 'aws:SourceVpc': ['vpc-1'], 'aws:SourceVpce': ['vpce-1'] } })
    expect(allowed({ resource: one }, { context: { 'aws:SourceVpc': 'vpc-1', 'aws:SourceVpce': 'vpce-9' } })).toBe(true)
  })

  it('a positive operator does not see a request without the key', () => {
    expect(allowed({ resource: denying({ StringLike: { 'aws:SourceVpc': ['vpc-9*'] } }) }, runner)).toBe(true)
  })

  it('IfExists does not spare a put that names no key; Null does', () => {
    const key = 's3:x-amz-server-side-encryption-aws-kms-key-id'
    const put = { action: 's3:PutObject' }
    expect(allowed({ resource: denying({ StringNotEqualsIfExists: { [key]: ['ours'] } }) }, put)).toBe(false)
    expect(
      allowed({ resource: denying({ Null: { [key]: ['false'] }, StringNotEquals: { [key]: ['ours'] } }) }, put),
    ).toBe(true)
  })
})
