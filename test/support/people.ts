import type { OutgoingRecord } from '#stream'
import type { Bed } from './pipeline.ts'

/** A pipeline about people, one of whom wants to be forgotten: every place where a pipeline may hold somebody. */
export const PEOPLE_PIPELINE = `
smelt: 1
name: people
sources:
  visits: { topic: visits, contract: visit.json, event_time: at, watermark: 1m, horizon: 30d, max_ahead: 1d }
  members: { topic: members, contract: member.json, event_time: since, versioned_by: [user_email] }
silver:
  clear:
    from: visits
    columns: { visit_id: visit_id, at: at, user_email: lower(user_email), place: place }
    dedupe: { by: [visit_id, user_email], within: 1h }
    checks: { allowed: place <> 'cellar' }
  hidden:
    from: visits
    columns: { at: at, place: place, person: { expr: user_email, pii: hash } }
gold:
  per_person:
    from: hidden
    window: { tumbling: 1h }
    group_by: [person]
    measures: { visits: count(*) }
  per_place:
    from: hidden
    window: { tumbling: 1h }
    group_by: [place]
    measures: { visits: count(*) }
  last_seen: { from: clear, latest_by: [user_email] }
  as_member:
    from: clear
    join: { member: { table: members, as_of: at, on: member.user_email = user_email } }
    columns: { visit_id: visit_id, at: at, since: member.since }
`

const field = (type: string, more: object = {}): object => ({ type, ...more })
export const PEOPLE_FILES: Readonly<Record<string, string>> = {
  'visit.json': JSON.stringify({
    type: 'object',
    required: ['visit_id', 'at', 'user_email'],
    properties: {
      visit_id: field('string'),
      at: field('string', { format: 'date-time' }),
      user_email: field('string'),
      place: field('string'),
    },
  }),
  'member.json': JSON.stringify({
    type: 'object',
    required: ['user_email', 'since'],
    properties: { user_email: field('string'), since: field('string', { format: 'date-time' }) },
  }),
}

export const ANN = 'ann@example.com'
export const BOB = 'bob@example.com'
/** Contains the address of Ann, and is somebody else. */
export const JOANN = 'joann@example.com'

export const START = Date.parse('2026-01-10T08:00:00Z')
export const DAY = 86_400_000
const HOUR = 3_600_000

/** A visit, sent when it happened. */
export function visit(id: string, email: string, atMs: number, more: object = {}): OutgoingRecord {
  const value = { visit_id: id, at: new Date(atMs).toISOString(), user_email: email, place: 'hall', ...more }
  return record(JSON.stringify(value), atMs)
}

/** A record with these bytes. */
export function record(value: string, timestampMs: number, partition = 0): OutgoingRecord {
  return { key: null, value: Buffer.from(value), timestampMs, partition }
}

/** Members, then days of visits of three people: good ones, a repeated one, one that a check refuses. */
export function visits(days: number): OutgoingRecord[] {
  return Array.from({ length: days }, (_, day) => START + day * DAY).flatMap((at, day) => [
    visit(`a${day}`, ANN, at),
    visit(`a${day}`, ANN, at + 60_000),
    visit(`b${day}`, BOB, at + HOUR),
    visit(`j${day}`, JOANN, at + 2 * HOUR),
    visit(`c${day}`, BOB, at + 2 * HOUR, { place: 'cellar' }),
  ])
}

export function member(email: string): OutgoingRecord {
  return record(JSON.stringify({ user_email: email, since: new Date(START - DAY).toISOString() }), START)
}

/** Sends the three members, and days of their visits. */
export async function sendPeople(bed: Bed, days: number): Promise<void> {
  await bed.send('members', [ANN, BOB, JOANN].map(member))
  await bed.send('visits', visits(days))
}
