import type { Random } from './random.ts'

/** A computer that reports its inventory. What never changes about it is kept as ready JSON text. */
export interface Device {
  /** Its number in the fleet. */
  readonly index: number
  /** As it spells it itself. */
  readonly id: string
  /** The key of its records: its id. */
  readonly key: Buffer
  /** The topic partition of its records: one per key, so that copies of a record meet. */
  readonly partition: number
  readonly org: number
  readonly os: number
  /** JSON text between the event id and the report time, and after the free disk space. */
  readonly head: string
  readonly tail: string
  /** Load in tenths of a percent at night, and what a working day adds. */
  readonly idleLoad: number
  readonly workLoad: number
  readonly diskTotalGb: number
  readonly encrypted: boolean
  /** Free disk space in tenths of a gigabyte when the day begins. */
  readonly diskFree: number
}

export interface FleetOptions {
  readonly devices: number
  readonly orgs: readonly string[]
  /** Domain of the users' e-mail addresses. */
  readonly domain: string
  readonly partitions: number
}

/** Operating systems of the contract with a version and their share of a fleet; the last is in no catalogue. */
export const OPERATING_SYSTEMS = [
  { os: 'windows-11', version: '10.0.22631', share: 0.42 },
  { os: 'windows-10', version: '10.0.19045', share: 0.2 },
  { os: 'macos-14', version: '14.6.1', share: 0.16 },
  { os: 'macos-13', version: '13.6.9', share: 0.08 },
  { os: 'ubuntu-22.04', version: '22.04.4', share: 0.09 },
  { os: 'ubuntu-20.04', version: '20.04.6', share: 0.03 },
  { os: 'chromeos', version: '126.0.6478', share: 0.02 },
] as const

/** The number of the operating system that the reference of the pipeline does not know. */
export const UNKNOWN_TO_CATALOG = OPERATING_SYSTEMS.length - 1

const AGENTS = ['4.12.3', '4.12.3', '4.12.3', '4.12.1', '4.11.0', '3.9.18'] as const
const DISKS_GB = [256, 512, 512, 1024, 2048] as const
const FIRST_NAMES = ['ana', 'ben', 'chen', 'divya', 'emil', 'fatima', 'george', 'hana', 'ivan', 'julia', 'kofi', 'lena']
const LAST_NAMES = ['almeida', 'brown', 'castro', 'dubois', 'eriksen', 'fischer', 'gupta', 'haddad', 'ito', 'jansen']
const TAGS = ['"laptop"', '"desktop","berlin"', '"laptop","z\u00fcrich"', '"shared","floor-3"', '"vip"']

/** Makes the computers of one tenant. The same random source and options give the same fleet. */
export function createFleet(random: Random, options: FleetOptions): Device[] {
  return Array.from({ length: options.devices }, (_, index) => createDevice(index, random, options))
}

function createDevice(index: number, random: Random, { orgs, domain, partitions }: FleetOptions): Device {
  const id = `${random.unit() < 0.7 ? 'LT' : 'WS'}-${String(index).padStart(5, '0')}`
  const org = random.below(orgs.length)
  const os = pickSystem(random.unit())
  const system = OPERATING_SYSTEMS[os] ?? OPERATING_SYSTEMS[0]
  const total = pick(random, DISKS_GB, 512)
  const email = `${pick(random, FIRST_NAMES, 'ana')}.${pick(random, LAST_NAMES, 'ito')}${index}@${domain}`
  const tags = random.unit() < 0.2 ? `,"tags":[${pick(random, TAGS, '')}]` : ''
  const agent = pick(random, AGENTS, AGENTS[0])
  const encrypted = random.unit() < 0.94
  return {
    index,
    id,
    key: Buffer.from(id),
    partition: fnv1a(id) % partitions,
    org,
    os,
    head: `","device_id":"${id}","org":"${orgs[org] ?? ''}","os":"${system.os}","os_version":"${system.version}","reported_at":"`,
    tail: `,"total_gb":${total}},"encrypted":${encrypted},"user_email":"${email}","agent_version":"${agent}"${tags}}`,
    idleLoad: 10 + random.below(80),
    workLoad: 50 + random.below(600),
    diskTotalGb: total,
    encrypted,
    diskFree: Math.floor(total * 10 * (0.02 + 0.8 * random.unit())),
  }
}

function pickSystem(unit: number): number {
  let sum = 0
  for (const [index, { share }] of OPERATING_SYSTEMS.entries()) {
    sum += share
    if (unit < sum) return index
  }
  return 0
}

function pick<T>(random: Random, values: readonly T[], otherwise: T): T {
  return values[random.below(values.length)] ?? otherwise
}

/** A stable hash of an ASCII text. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
