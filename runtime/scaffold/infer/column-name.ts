const RESERVED = new Set(['kafka_partition', 'kafka_offset', 'kafka_timestamp', 'window_start', 'window_end'])
const LONGEST = 100

/**
 * Column names for paths of fields, one each, all different: the last name in snake case where that is enough to tell
 * the fields apart, the whole path where it is not.
 */
export function columnNames(paths: readonly (readonly string[])[], taken: readonly string[] = []): readonly string[] {
  const short = paths.map((path) => snakeCase(path.at(-1) ?? ''))
  const long = paths.map((path) => path.map(snakeCase).join('_'))
  const used = new Set(taken)
  return paths.map((_, index) => {
    const own = short[index] ?? ''
    const alone = short.filter((name) => name === own).length === 1 && !used.has(own)
    const name = unused(alone ? own : (long[index] ?? own), used)
    used.add(name)
    return name
  })
}

function unused(wanted: string, used: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}_${number}`
    if (!used.has(name)) return name
  }
}

/** `US Gross` is `us_gross`, `magType` is `mag_type`, `Größe` is `grosse`; what has no Latin letter is `field`. */
export function snakeCase(name: string): string {
  const plain = name
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, LONGEST)
  if (plain === '') return 'field'
  const named = /^[0-9]/.test(plain) ? `n_${plain}` : plain
  return RESERVED.has(named) ? `${named}_value` : named
}
