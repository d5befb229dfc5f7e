/** Functions that users know and that do not exist here: why, and what to write in place of them. */
export const UNPORTABLE: Readonly<Record<string, { readonly reason: string; readonly instead: string }>> = {
  ...group(
    'its result changes from run to run, and tables must not',
    'Use the event time, or the columns of the record.',
    [...['now', 'current_timestamp', 'current_date', 'localtimestamp', 'random', 'rand', 'uuid', 'gen_random_uuid']],
  ),
  ...group(
    'it looks at other rows, and an expression sees one',
    'Use `latest_by`, `dedupe`, or `first` and `last` in a window.',
    [
      ...[
        'row_number',
        'rank',
        'dense_rank',
        'percent_rank',
        'ntile',
        'lag',
        'lead',
        'first_value',
        'last_value',
        'nth_value',
      ],
    ],
  ),
  ...group('no type is a map', 'Declare the keys as fields in the contract, or use `json_text`.', [
    'map_get',
    'map_keys',
    'map_values',
  ]),
  ...group('engines compute it differently', 'Use `sha256`.', ['hash', 'xxhash64', 'murmur3']),
  ...group('engines write numbers differently', 'Keep the number in a column of its own type.', [
    'printf',
    'format',
    'to_char',
    'format_number',
  ]),
  ...group('engines read such text differently', 'Declare the type in the contract.', [
    'to_number',
    'try_cast',
    'to_timestamp',
    'from_unixtime',
    'unix_timestamp',
  ]),
  initcap: { reason: 'engines differ in where words begin', instead: 'Use `upper` and `lower` on parts of the text.' },
  overlay: { reason: 'it is not on every engine', instead: 'Join parts taken with `substring`.' },
  log: {
    reason: 'it is the natural logarithm on one engine and the decimal one on another',
    instead: 'Use `ln` or `log10`.',
  },
  url_decode: { reason: 'it fails on text that is not encoded', instead: 'Decode in the producer.' },
  at_timezone: {
    reason: 'time zones differ between engines by their tables',
    instead: 'Keep UTC and convert where it is shown.',
  },
  ...synonyms({
    len: 'length',
    char_length: 'length',
    character_length: 'length',
    substr: 'substring',
    instr: 'strpos',
    position: 'strpos',
    locate: 'strpos',
    startswith: 'starts_with',
    endswith: 'ends_with',
    ucase: 'upper',
    lcase: 'lower',
    string_split: 'split',
    regexp_matches: 'regex_like',
    regexp_like: 'regex_like',
    regexp_extract: 'regex_extract',
    regexp_replace: 'regex_replace',
    ceiling: 'ceil',
    truncate: 'trunc',
    pow: 'power',
    nvl: 'coalesce',
    timestampadd: 'date_add',
    timestampdiff: 'date_diff',
    datediff: 'date_diff',
    dateadd: 'date_add',
    date_sub: 'date_add',
    strftime: 'format_timestamp',
    date_format: 'format_timestamp',
    strptime: 'parse_timestamp',
    epoch_ms: 'to_epoch_ms',
    dow: 'day_of_week',
    dayofweek: 'day_of_week',
    dayofyear: 'day_of_year',
    json_value: 'json_text',
    json_extract_string: 'json_text',
    is_json: 'json_valid',
    cardinality: 'array_len',
    list_contains: 'array_contains',
    element_at: 'array_get',
    stddev: 'stddev_samp',
    variance: 'var_samp',
    mean: 'avg',
    percentile_cont: 'percentile',
    quantile: 'percentile',
    listagg: 'string_agg',
    group_concat: 'string_agg',
    collect_list: 'array_agg',
  }),
  median: { reason: 'it goes by another name here', instead: 'Use `percentile(x, 0.5)`.' },
}

function group(
  reason: string,
  instead: string,
  names: readonly string[],
): Record<string, { reason: string; instead: string }> {
  return Object.fromEntries(names.map((name) => [name, { reason, instead }]))
}

function synonyms(names: Readonly<Record<string, string>>): Record<string, { reason: string; instead: string }> {
  const each = Object.entries(names).map(
    ([name, ours]) => [name, { reason: 'it goes by another name here', instead: `Use \`${ours}\`.` }] as const,
  )
  return Object.fromEntries(each)
}
