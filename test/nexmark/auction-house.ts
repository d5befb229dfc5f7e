import { seededRandom } from '../support/random.ts'

/** A person, auction or bid of the Nexmark auction house, as its contract says; times are RFC 3339. */
export interface HouseEvent {
  readonly kind: 'people' | 'auctions' | 'bids'
  /** Unix milliseconds. */
  readonly timeMs: number
  readonly value: Readonly<Record<string, string | number>>
}

/** Of fifty events one is a person and three are auctions. */
const CYCLE = 50
/** Four minutes before a new day, so that days have ends. */
const START = Date.UTC(2026, 10, 20, 23, 56)
const STEP_MS = 100
/** How many steps a bid may be behind the ones before it. */
const DISORDER = 30

const HOT_CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple']
const STATES = ['OR', 'ID', 'CA', 'WA', 'AZ', 'WY']
const CITIES = ['Phoenix', 'Portland', 'Boise', 'Bend', 'Cheyenne', 'Oakland']

/**
 * The first events of an auction house. The same for the same seed. People are there before they sell, auctions before
 * they are bid for; bids come out of order. No two bids have one time.
 */
export function auctionHouse(seed: number, count: number): HouseEvent[] {
  const random = seededRandom(seed)
  const people: { id: number; timeMs: number }[] = []
  const auctions: { id: number; timeMs: number }[] = []
  /** One of those that were there at a time, half the time one of the newest. */
  const known = (all: readonly { id: number; timeMs: number }[], timeMs: number): number => {
    const there = all.filter((each) => each.timeMs <= timeMs)
    return random.pick(random.next() < 0.5 ? there.slice(-3) : there).id
  }
  return Array.from({ length: count }, (_, index): HouseEvent => {
    const now = START + index * STEP_MS
    const place = index % CYCLE
    if (place === 0) {
      const id = 1000 + people.push({ id: 1000 + people.length, timeMs: now }) - 1
      return event('people', now, person(random, id))
    }
    if (place <= 3) {
      const id = 1000 + auctions.push({ id: 1000 + auctions.length, timeMs: now }) - 1
      return event('auctions', now, auction(random, id, known(people, now), now))
    }
    const late = index < CYCLE ? 0 : random.below(DISORDER)
    const timeMs = now - late * STEP_MS + (index % 97)
    return event('bids', timeMs, bid(random, known(auctions, timeMs), known(people, timeMs)))
  })
}

type Random = ReturnType<typeof seededRandom>
type Fields = HouseEvent['value']

function event(kind: HouseEvent['kind'], timeMs: number, value: Fields): HouseEvent {
  return { kind, timeMs, value: { ...value, date_time: new Date(timeMs).toISOString() } }
}

function person(random: Random, id: number): Fields {
  const name = `${random.pick(['Ada', 'Kurt', 'Mei', 'Zoë'])} ${random.pick(['Abel', 'Noether', 'Ōno'])}`
  return { id, name, email: `p${id}@house.example`, city: random.pick(CITIES), state: random.pick(STATES) }
}

function auction(random: Random, id: number, seller: number, now: number): Fields {
  const initial = 100 + random.below(10_000)
  const expires = new Date(now + 5_000 + random.below(60_000)).toISOString()
  const category = 10 + random.below(5)
  return {
    id,
    item_name: `item ${id}`,
    initial_bid: initial,
    reserve: 2 * initial,
    expires,
    seller_id: seller,
    category,
  }
}

function bid(random: Random, auction: number, bidder: number): Fields {
  const price = Math.round(100 * 10 ** (random.next() * 6))
  const number = random.below(200)
  const hot = random.next() < 0.5
  const channel = hot ? random.pick(HOT_CHANNELS) : `channel-${number}`
  const folders = [random.below(9), random.below(9), random.below(9)].map((each) => `dir${each}`).join('/')
  const id = hot || random.next() < 0.1 ? '' : `&channel_id=${number * 7919}`
  const url = `https://www.nexmark.example/${folders}/item.htm?query=1${id}`
  const extra = Array.from({ length: random.below(20) }, () => random.pick(['a', 'b', 'c', 'ć'])).join('')
  return { auction, bidder, price, channel, url, extra }
}
