/** Where the law of a country or union holds: what `residency` names, each with the regions that lie in it. */
export const JURISDICTIONS = {
  eu: ['eu-central-1', 'eu-west-1', 'eu-west-3', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eusc-de-east-1'],
  ch: ['eu-central-2'],
  uk: ['eu-west-2'],
  us: ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'us-gov-east-1', 'us-gov-west-1'],
  ca: ['ca-central-1', 'ca-west-1'],
  mx: ['mx-central-1'],
  br: ['sa-east-1'],
  in: ['ap-south-1', 'ap-south-2'],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
  kr: ['ap-northeast-2'],
  tw: ['ap-east-2'],
  hk: ['ap-east-1'],
  sg: ['ap-southeast-1'],
  id: ['ap-southeast-3'],
  my: ['ap-southeast-5'],
  th: ['ap-southeast-7'],
  au: ['ap-southeast-2', 'ap-southeast-4'],
  nz: ['ap-southeast-6'],
  il: ['il-central-1'],
  ae: ['me-central-1'],
  bh: ['me-south-1'],
  za: ['af-south-1'],
  cn: ['cn-north-1', 'cn-northwest-1'],
} as const

/** A word that `residency` takes. */
export type Jurisdiction = keyof typeof JURISDICTIONS

/** Every region, by its full code. */
export const REGIONS: readonly string[] = Object.values(JURISDICTIONS).flat().sort()

/** Whose law holds in a region; undefined for a code that is none. */
export function jurisdictionOf(region: string): Jurisdiction | undefined {
  const words = Object.keys(JURISDICTIONS) as Jurisdiction[]
  return words.find((word) => (JURISDICTIONS[word] as readonly string[]).includes(region))
}

/** A part of the cloud with accounts and addresses of its own: the second part of every ARN there. */
export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov' | 'aws-eusc'

/** The partition that a region belongs to. The stack `tenant` of terragrunt/ works it out in the same way. */
export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws'
}

/** The partitions that tenants can stand in, as the module `policies` has them: in others services have other names. */
export const SERVED_PARTITIONS: readonly Partition[] = ['aws', 'aws-us-gov']

/** The regions that tenants can stand in. */
export const SERVED_REGIONS = REGIONS.filter((region) => SERVED_PARTITIONS.includes(partitionOf(region)))
