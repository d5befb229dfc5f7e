// Proves the policies of two tenants: every verdict of the matrix is the promised one, and no piece of a policy can be
// left out unnoticed.
//   npm run policy-proof
import { provePolicies, verdictTable } from '../dist/tenant/policy/index.js'
import { PROOF_INPUTS } from './policy-inputs.mjs'

let isProven = true
for (const [title, input] of Object.entries(PROOF_INPUTS)) {
  const { cases, broken, mutations, statements, unnoticed } = provePolicies(input)
  console.log(`\n${title}\n`)
  if (title === Object.keys(PROOF_INPUTS)[0]) printTable(verdictTable(input))
  console.log(`${cases} cases, ${broken.length} with another verdict than promised`)
  for (const { name, promised, decidedBy } of broken) {
    console.log(
      `  BROKEN ${name}: should be ${promised ? 'allowed' : 'denied'}; decided by ${decidedBy.join(', ') || 'nothing'}`,
    )
  }
  const noticed = `${statements} statements left out one by one, ${mutations - statements} pieces of them`
  console.log(unnoticed.length === 0 ? `${noticed}: every mutation was noticed` : `${noticed}: NOT noticed:`)
  for (const name of unnoticed) console.log(`  ${name}`)
  isProven &&= broken.length === 0 && unnoticed.length === 0
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
