// Proves the policies of two tenants: every verdict of the matrix is the promised one, and each piece of a policy that is
// left out is noticed, but for the second lines of defence that it names.
//   npm run policy-proof
import { provePolicies, SECOND_LINES, verdictTable } from '../dist/tenant/policy/index.js'
import { PROOF_INPUTS } from './policy-inputs.mjs'

let isProven = true
const needed = new Set()
for (const [title, input] of Object.entries(PROOF_INPUTS)) {
  const { cases, broken, mutations, statements, unnoticed, exempt } = provePolicies(input)
  console.log(`\n${title}\n`)
  if (title === Object.keys(PROOF_INPUTS)[0]) printTable(verdictTable(input))
  console.log(`${cases} cases, ${broken.length} with another verdict than promised`)
  for (const { name, promised, decidedBy } of broken) {
    console.log(
      `  BROKEN ${name}: should be ${promised ? 'allowed' : 'denied'}; decided by ${decidedBy.join(', ') || 'nothing'}`,
    )
  }
  console.log(`${statements} statements left out one by one, ${mutations - statements} pieces of them:`)
  console.log(`  ${mutations - unnoticed.length - exempt.length} of ${mutations} mutations were noticed`)
  if (exempt.length > 0) console.log(`  ${exempt.length} went unnoticed, as another statement bars the same:`)
  for (const name of exempt) console.log(`    ${name}`)
  for (const name of unnoticed) console.log(`  NOT NOTICED ${name}`)
  for (const name of exempt) needed.add(SECOND_LINES.find((line) => name.startsWith(line)))
  isProven &&= broken.length + unnoticed.length === 0
}
for (const line of SECOND_LINES.filter((each) => !needed.has(each))) {
  console.log(`\nEXEMPT WITHOUT NEED, as every such piece was noticed: ${line}`)
  isProven = false
}
process.exitCode = isProven ? 0 : 1

function printTable(rows) {
  const layers = Object.keys(rows[0].layers)
  const lines = [
    ['who', 'from', ...layers, 'policy'],
    ...rows.map(({ caller, from, layers: may, manages }) => [
      caller,
      from,
      ...layers.map((layer) => may[layer]),
      manages ? 'writes' : '-',
    ]),
  ]
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)))
  for (const line of lines)
    console.log(
      `  ${line
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd()}`,
    )
  console.log()
}
