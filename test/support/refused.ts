import { EVENTS_FILES } from './events.ts'

/** One table of each kind over records of `events.ts`, for suites in which what was refused is judged again. */
export const REFUSED_PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 1m, horizon: 1d }
  limits: { topic: limits, contract: limit.json, event_time: since, versioned_by: [limit_id] }
references:
  places: { file: places.csv, key: [code] }
silver:
  clean:
    from: events
    columns:
      id: id
      at: at
      n: n
      place: place
      place_name: { lookup: places.name, on: [place], missing: quarantine }
    where: n is null or n <> 13
    dedupe: { by: [id], within: 1h }
    checks:
      small: n < 9000000000000
      kept: { check: n <> 17, on_fail: drop }
  raw_places:
    from: events
    columns: { at: at, place: upper(place) }
gold:
  per_minute:
    from: clean
    window: { tumbling: 5m }
    group_by: [place_name]
    measures: { events: count(*), total: sum(n) }
  current:
    from: raw_places
    window: { sliding: 2m, slide: 1m }
    emit: on_change
    measures: { events: count(*) }
  newest: { from: clean, latest_by: [place] }
  beyond:
    from: clean
    join: { limit: { table: limits, as_of: at, on: limit.place = place and n > limit.most } }
    columns: { id: id, limit_id: limit.limit_id, most: limit.most }
`

/** The files of the pipeline, and those of a later day on which more is accepted. */
export const REFUSED_FILES: Readonly<Record<string, string>> = EVENTS_FILES
export const WIDER_FILES: Readonly<Record<string, string>> = {
  ...EVENTS_FILES,
  'contract.json': EVENTS_FILES['contract.json'].replace('"additionalProperties":false,', ''),
}
