import { AGGREGATES, FUNCTION_GROUPS, typeText, type AggregateSpec, type FunctionSpec, type Parameter } from '#plan'
import { PAGE_HEADER, type Generator } from './generator.ts'
import { markdownTable } from './markdown.ts'

const EVERY_KIND = AGGREGATES.find(({ name }) => name === 'count')?.parameters[0]?.kinds ?? []

/** `docs/reference/functions.md`: every function and aggregate of expressions, with its examples. */
export const functionsPage: Generator = {
  name: 'reference page of functions and aggregates',
  files: () => [['docs/reference/functions.md', page()]],
}

function page(): string {
  return [
    PAGE_HEADER,
    '# Functions and aggregates\n\n',
    'Every engine gives the results shown. A function called outside its domain gives null, never an error.\n',
    'Parameters in brackets may be left out; `...` stands for any number of them.\n',
    ...FUNCTION_GROUPS.map(({ title, functions }) => `\n## ${title}\n\n${functions.map(entry).join('\n')}`),
    '\n## Aggregates\n\n',
    'In the measures of a gold table. Each takes `filter (where ...)`; over no rows it gives null, if not said otherwise.\n\n',
    markdownTable(
      ['Aggregate', 'Gives', 'Meaning'],
      AGGREGATES.map((each) => [`\`${call(each)}\``, gives(each), meaning(each)]),
    ),
  ].join('')
}

function entry(spec: FunctionSpec): string {
  const examples = spec.examples.map(([written, result]) => [`\`${written}\``, `\`${JSON.stringify(result)}\``])
  return [
    `### ${spec.name}\n\n`,
    `\`${call(spec)}\`${spec.parameters.length === 0 ? '' : ` where ${spec.parameters.map(takes).join(', ')}`}. `,
    `Gives ${gives(spec)}${spec.nullable === true ? ' or null' : ''}.\n\n${spec.doc}\n\n`,
    markdownTable(['Example', 'Result'], examples),
  ].join('')
}

function meaning({ doc, parameters, nullable, counts }: AggregateSpec): string {
  const notes = [
    ...(counts === true ? [] : parameters.map((each) => `${takes(each)}.`)),
    ...(nullable ? [] : ['Never null.']),
  ]
  return [doc, ...notes].join(' ')
}

function call({ name, parameters }: Pick<FunctionSpec, 'name' | 'parameters'>): string {
  const parts = parameters.map(({ name: each, optional, repeated }) => {
    const text = repeated === true ? `${each}, ...` : each
    return optional === true ? `[${text}]` : text
  })
  return `${name}(${parts.join(', ')})`
}

function takes({ name, kinds, element, literal }: Parameter): string {
  if (element === true) return `\`${name}\` is of the type of the elements`
  if (kinds.length === EVERY_KIND.length) return `\`${name}\` is of any type`
  return `\`${name}\` is ${literal === undefined ? '' : 'a literal of type '}${[...new Set(kinds)].join(', ')}`
}

function gives({ returns }: Pick<FunctionSpec, 'returns'>): string {
  return typeof returns === 'function' ? 'a type that follows from the arguments' : typeText(returns)
}
