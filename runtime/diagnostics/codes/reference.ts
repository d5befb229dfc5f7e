import { entry } from '../entry.ts'

const base = { domain: 'user', retry: 'never', since: '0.1.0' } as const

/** Codes of reading the reference files of a pipeline. */
export const referenceCodes = {
  'plan/bad-reference': entry<{ file: string; detail: string; fix: string }>({
    ...base,
    severity: 'error',
    title: 'Reference file cannot be used',
    message: ({ file, detail }) => `The reference \`${file}\` cannot be used: ${detail}`,
    why: 'A lookup needs a table with named columns and one row per key.',
    fix: ({ fix }) => fix,
  }),
  'plan/odd-reference-value': entry<{ column: string; kind: string; value: string; values: number; odd: number }>({
    ...base,
    severity: 'warning',
    title: 'Value unlike the rest of its column',
    message: ({ column, kind, value, values, odd }) =>
      `\`${column}\` is text because of \`${shortened(value)}\`: ${values - odd} of its ${values} values are of type \`${kind}\``,
    why: 'A column has a type that every value of it has, so one mistyped value makes the whole column text.',
    fix: ({ odd }) =>
      `${odd > 1 ? 'Correct this value and those like it' : 'Correct the value'}, or leave it empty; a column that is meant to be text can stay.`,
  }),
}

function shortened(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value
}
