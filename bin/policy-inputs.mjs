const role = (account, name, partition = 'aws') => `arn:${partition}:iam::${account}:role/${name}`

const managers = (account, partition) => ({
  planRole: role(account, 'smelt-plan', partition),
  applyRole: role(account, 'smelt-apply', partition),
  breakGlassRole: role(account, 'break-glass', partition),
})

/** Three tenants that differ in everything a policy can differ in. */
export const PROOF_INPUTS = {
  'acme in eu-central-1: two networks, roles by tokens': {
    partition: 'aws',
    region: 'eu-central-1',
    accountId: '111122223333',
    tenantId: 't-7kq3m9t4dhm',
    environment: 'prod',
    keyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    classification: { bronze: 'gdpr', silver: 'confidential', gold: 'internal', quarantine: 'gdpr' },
    vpcIds: ['vpc-0a4e76cf16be65766', 'vpc-1a2b3c4d'],
    ...managers('111122223333'),
    oidcProvider: 'oidc.eks.eu-central-1.amazonaws.com/id/ABCDEF0123456789',
    namespace: 'smelt-acme',
  },
  'globex in us-east-1: an office, a copy, roles by pod identity': {
    partition: 'aws',
    region: 'us-east-1',
    accountId: '444455556666',
    tenantId: 't-9c4fkd2m8tp',
    environment: 'prod',
    keyArn: 'arn:aws:kms:us-east-1:444455556666:key/9876fedc-12ab-34cd-56ef-1234567890ab',
    classification: { bronze: 'internal', silver: 'internal', gold: 'internal', quarantine: 'confidential' },
    vpcIds: ['vpc-0123456789abcdef0'],
    allowedCidrs: ['203.0.113.0/24', '192.0.2.8/32'],
    ...managers('444455556666'),
    replicationRoles: [role('444455556666', 'copy-lake')],
    packageBuckets: ['arn:aws:s3:::amazon-ssm-us-east-1/*'],
    identityMode: 'pod-identity',
    clusterArn: 'arn:aws:eks:us-east-1:444455556666:cluster/main',
    namespace: 'smelt-globex',
  },
  'initech in us-gov-west-1: gold for the whole account, persons in quarantine': {
    partition: 'aws-us-gov',
    region: 'us-gov-west-1',
    accountId: '777788889999',
    tenantId: 't-4n8s2k6rjcz',
    environment: 'prod',
    keyArn: 'arn:aws-us-gov:kms:us-gov-west-1:777788889999:key/5678abcd-12ab-34cd-56ef-1234567890ab',
    classification: { bronze: 'confidential', silver: 'internal', gold: 'public', quarantine: 'gdpr' },
    vpcIds: ['vpc-0fedcba9876543210'],
    ...managers('777788889999', 'aws-us-gov'),
    oidcProvider: 'oidc.eks.us-gov-west-1.amazonaws.com/id/FEDCBA9876543210',
    namespace: 'smelt-initech',
  },
}
