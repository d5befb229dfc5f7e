/**
 * Where two schemas of one resource, in what both have, do not say the same: of an argument its type and whether it is
 * required, of a block how it nests and how many it takes. `read` is as the protocol of plugins says it, `real` as
 * `terraform providers schema -json` does. What only one has is the difference of their versions and no matter here.
 */
export function disagreements(read, real, at = '') {
  const theirs = { attributes: {}, block_types: {}, ...real }
  const attributes = inBoth(read.attributes, theirs.attributes, ({ name }) => name)
  const blocks = inBoth(read.block_types, theirs.block_types, ({ type_name }) => type_name)
  const own = [
    ...attributes.map(({ name, ours, other }) => [name, sayRead(ours), sayReal(other)]),
    ...blocks.map(({ name, ours, other }) => [name, sayBlockRead(ours), sayBlockReal(other)]),
  ]
  const within = blocks.map(({ name, ours, other }) => disagreements(ours.block, other.block, `${at}${name}.`))
  return {
    count: own.length + within.reduce((sum, { count }) => sum + count, 0),
    found: [
      ...own.filter(([, ours, other]) => ours !== other).map(([name, ...said]) => `${at}${name}: ${said.join(' | ')}`),
      ...within.flatMap(({ found }) => found),
    ],
  }
}

function inBoth(ours, theirs, nameOf) {
  const named = ours.map((each) => ({ name: nameOf(each), ours: each, other: theirs[nameOf(each)] }))
  return named.filter(({ other }) => other !== undefined)
}

const sayRead = ({ type, required }) => `${type} ${required}`
const sayReal = ({ type, required = false }) => `${JSON.stringify(type)} ${required}`
const sayBlockRead = ({ nesting, min_items, max_items }) => `${nesting.toLowerCase()} ${min_items} ${max_items}`
const sayBlockReal = ({ nesting_mode, min_items = 0, max_items = 0 }) => `${nesting_mode} ${min_items} ${max_items}`
