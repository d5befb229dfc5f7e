import { nounsOf, ROOTS, type Field, type NounShape, type Root, type Rule, type Shape } from '#spec'
import { PAGE_HEADER, type Generator } from './generator.ts'
import { markdownTable } from './markdown.ts'

/** `docs/reference/<root>.md`: every kind of YAML file, with all nouns in it and every field of each. */
export const nounPages: Generator = {
  name: 'reference pages of the YAML files',
  files: () => ROOTS.map((root) => [`docs/reference/${root.name}.md`, page(root)] as const),
}

function page({ name, files, shape, params }: Root): string {
  const [first, ...rest] = nounsOf(shape)
  if (first === undefined) throw new Error(`${name} is not a noun`)
  const filled = params
    ? '`${params.x}`, `${env.X}` and `${env.X:-default}` may stand in any value but those of `params`, which cannot use params'
    : `\`\${env.X}\` and \`\${env.X:-default}\` may stand in any value${butWritten(first)}`
  return [
    PAGE_HEADER,
    `# ${code(files)}\n\n${first.doc}\n\n`,
    `${filled}; \`$\${\` is the two characters themselves. A secret is written \`\${secrets.NAME}\` and stands alone.\n\n`,
    body(first),
    ...rest.map((noun) => `\n## ${noun.name}\n\n${noun.doc}\n\n${body(noun)}`),
  ].join('')
}

/** The fields in which nothing is filled in. */
function butWritten({ fields }: NounShape): string {
  const all = Object.entries<Field>(fields).filter(([, { kind }]) => kind.shape.type === 'as-written')
  const names = all.map(([key]) => code(key)).join(', ')
  return names === '' ? '' : ` but those of ${names}, which are taken as they are written, by Terragrunt too`
}

function body({ fields, rules }: NounShape): string {
  const all = Object.entries<Field>(fields)
  const rows = all
    .filter(([, { presence }]) => presence !== 'later')
    .map(([key, field]) => [code(key), valueText(field.kind.shape), presenceText(field), docText(field), field.since])
  const reserved = all.filter(([, { presence }]) => presence === 'later')
  return [
    markdownTable(['Field', 'Value', 'Left out', 'Meaning', 'Since'], rows),
    ...(rules.length === 0 ? [] : ['\n', ...rules.map((rule) => `- ${ruleText(rule)}\n`)]),
    ...(reserved.length === 0 ? [] : ['\nReserved for later:\n\n']),
    ...reserved.map(([key, { doc, meanwhile }]) => `- ${code(key)}: ${doc} ${meanwhile ?? ''}\n`),
  ].join('')
}

function presenceText({ presence, default: preset }: Field): string {
  if (presence === 'required') return 'required'
  return preset === undefined ? '' : `means ${code(preset)}`
}

function docText({ doc, example, default: preset, deprecated = [] }: Field): string {
  const sample = preset === undefined ? ` Example: ${code(example)}` : ''
  const old = deprecated.length === 0 ? '' : ` Old spellings: ${deprecated.map(code).join(', ')}.`
  return `${doc}${old}${sample}`
}

/** What a value may be, in words, with links to the nouns. */
function valueText(shape: Shape): string {
  switch (shape.type) {
    case 'noun':
      return `[${shape.name}](#${shape.name.toLowerCase().replace(/ /g, '-')})`
    case 'list':
      return `list of: ${valueText(shape.item)}${shape.distinct ? '; none twice' : ''}`
    case 'named':
      return `mapping from the name of each ${shape.label} to: ${valueText(shape.entry)}`
    case 'either':
      return shape.options.map(valueText).join('; or ')
    case 'by-key':
      return `${valueText(shape.plain)}; or ${valueText(shape.marked)}`
    case 'without-params':
    case 'as-written':
      return valueText(shape.of)
    case 'choice':
      return shape.values.every((each) => each.includes('/'))
        ? 'one of the [error codes](errors/README.md)'
        : shape.values.map(code).join(', ')
    case 'boolean':
      return '`true` or `false`'
    case 'literal':
      return `a text, a number, \`true\` or \`false\`${shape.nullable ? ', or `null`' : ''}`
    case 'secret':
      return 'a secret'
    case 'json':
      return shape.object ? 'a JSON object' : 'any JSON value'
    case 'nothing':
      return 'nothing'
    default:
      return shape.expects
  }
}

function ruleText(rule: Rule): string {
  switch (rule.kind) {
    case 'at-least-one':
      return `Needs one or more of ${rule.fields.map(code).join(', ')}.`
    case 'exactly-one':
      return `Needs exactly one of ${rule.fields.map(code).join(', ')}.`
    case 'excludes':
      return `${code(rule.field)} excludes ${rule.others.map(code).join(', ')}.`
    case 'requires':
      return `${code(rule.field)} needs ${code(rule.other)}.`
    case 'needed':
      return `Needs ${code(rule.field)}, unless ${code(rule.unless.field)} is ${code(rule.unless.is)}.`
  }
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}
