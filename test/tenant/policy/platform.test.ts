import { expect, it } from 'vitest'
import { parsePlatform } from '../../../runtime/tenant/policy/platform.ts'

const locals = (...lines: readonly string[]): string => `locals {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`

it('reads texts and lists of texts, and takes no comment for either', () => {
  const text = locals(
    'partition = "aws-us-gov" # not "aws"',
    '// plan_role = "no"',
    'plan_role   = "team/plan"',
    'allowed_cidrs = [',
    '  "203.0.113.0/24", # the office, "http://x"',
    '  /* "192.0.2.0/24", */ "192.0.2.8/32"',
    ']',
    'replication_roles = []',
    'bucket_form = "global"',
    'oidc_provider = lookup(local.providers, "a")',
  )
  expect(parsePlatform(text)).toEqual({
    platform: {
      partition: 'aws-us-gov',
      bucketForm: 'global',
      planRole: 'team/plan',
      applyRole: 'smelt-apply',
      breakGlassRole: 'break-glass',
      allowedCidrs: ['203.0.113.0/24', '192.0.2.8/32'],
      replicationRoles: [],
      packageBuckets: [],
    },
  })
})

it('reads locals on one line, and is content without a file', () => {
  expect(parsePlatform('locals { plan_role = "p" }')).toMatchObject({ platform: { planRole: 'p' } })
  expect(parsePlatform()).toMatchObject({ platform: { planRole: 'smelt-plan', allowedCidrs: [] } })
})

it('reads how pods become roles, and does without a cluster that only Terragrunt can name', () => {
  const mode = 'identity_mode = "pod-identity"'
  expect(parsePlatform(locals(mode, 'cluster_arn = "arn:aws:eks:eu-west-1:111122223333:cluster/main"'))).toMatchObject({
    platform: { identityMode: 'pod-identity', clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/main' },
  })
  const { platform } = parsePlatform(locals(mode, 'cluster_arn = local.cluster.arn')) as { platform: object }
  expect(platform).toMatchObject({ identityMode: 'pod-identity' })
  expect(platform).not.toHaveProperty('clusterArn')
})

it.each([
  ['plan_role = "${local.prefix}-plan"', 'plan_role'],
  ['allowed_cidrs = concat(["203.0.113.0/24"], local.more)', 'allowed_cidrs'],
  ['allowed_cidrs = ["203.0.113.0/24", local.office]', 'allowed_cidrs'],
  ['replication_roles = ["a"] == [] ? [] : ["b"]', 'replication_roles'],
])('guesses nothing of %s', (line, unread) => {
  expect(parsePlatform(locals(line))).toEqual({ unread })
})
