import type { PolicyInput } from './render-policies.ts'

/** Where a request comes from, and over what. */
export interface Network {
  readonly name: string
  readonly kind: 'own' | 'address' | 'foreign' | 'insecure'
  readonly context: Readonly<Record<string, string>>
  /** The request goes through an endpoint that has the tenant's endpoint policy. */
  readonly throughEndpoint: boolean
}

const OTHER_VPC = 'vpc-00000000000000000'

/** The networks of the matrix: each of the tenant's, one of its addresses if it has any, and those that are none of it. */
export function networksOf(input: PolicyInput): Network[] {
  const { region, vpcIds, allowedCidrs = [] } = input
  const secure = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', 'aws:RequestedRegion': region }
  const vpc = (id: string): Record<string, string> => ({
    ...secure,
    'aws:SourceVpc': id,
    'aws:VpcSourceIp': '10.0.0.7',
  })
  const [first = OTHER_VPC] = vpcIds
  const own = (name: string, context: Record<string, string>, kind: Network['kind'] = 'own'): Network => ({
    name,
    kind,
    context,
    throughEndpoint: true,
  })
  const elsewhere = (name: string, context: Record<string, string>, kind: Network['kind'] = 'foreign'): Network => ({
    name,
    kind,
    context,
    throughEndpoint: false,
  })
  return [
    ...vpcIds.map((id) => own(id, vpc(id))),
    ...allowedCidrs.map((cidr) =>
      elsewhere(`an address in ${cidr}`, { ...secure, 'aws:SourceIp': cidr.replace(/\/.*/, '') }, 'address'),
    ),
    elsewhere('another network', vpc(OTHER_VPC)),
    elsewhere('the internet', { ...secure, 'aws:SourceIp': '198.51.100.7' }),
    own('the network, by another region', { ...vpc(first), 'aws:RequestedRegion': 'ap-south-1' }, 'foreign'),
    own('the network, without TLS', { ...vpc(first), 'aws:SecureTransport': 'false' }, 'insecure'),
    own('the network, by TLS 1.1', { ...vpc(first), 's3:TlsVersion': '1.1' }, 'insecure'),
  ]
}
