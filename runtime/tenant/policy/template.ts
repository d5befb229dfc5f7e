/**
 * Policies with blanks in them. `${name}` within a text is a text; `...${name}`, alone as an element of a list, is the
 * elements of a list. Both TypeScript and Terraform fill them in, so there is one source of the statements.
 */
export type Blanks = Readonly<Record<string, string | readonly string[]>>

const SPREAD = /^\.\.\.\$\{(\w+)\}$/
const BLANK = /\$\{(\w+)\}/g

/** The template with its blanks filled in. A blank that has no value, or one of the other kind, is a bug: it throws. */
export function fillIn<Template>(template: Template, blanks: Blanks): Template {
  return filled(template, blanks) as Template
}

function filled(value: unknown, blanks: Blanks): unknown {
  if (typeof value === 'string') return value.replace(BLANK, (_, name: string) => textOf(name, blanks))
  if (Array.isArray(value)) return value.flatMap((each) => element(each, blanks))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [filled(key, blanks), filled(each, blanks)] as const),
  )
}

function element(value: unknown, blanks: Blanks): unknown {
  const name = typeof value === 'string' ? SPREAD.exec(value)?.[1] : undefined
  if (name === undefined) return [filled(value, blanks)]
  const list = blanks[name]
  if (typeof list !== 'object') throw new Error(`A policy wants the list ${name}.`)
  return list
}

function textOf(name: string, blanks: Blanks): string {
  const text = blanks[name]
  if (typeof text !== 'string') throw new Error(`A policy wants the text ${name}.`)
  return text
}

/** The template as Terraform's `templatefile` reads it; what that gives is JSON. */
export function asTerraformTemplate(template: unknown, indent = ''): string {
  const deeper = `${indent}  `
  if (Array.isArray(template)) {
    if (template.some((each) => typeof each === 'string' && SPREAD.test(each))) return spreading(template as string[])
    return wrapped(
      '[]',
      template.map((each) => asTerraformTemplate(each, deeper)),
      indent,
    )
  }
  if (typeof template !== 'object' || template === null) return JSON.stringify(template)
  const entries = Object.entries(template).filter(([, each]) => each !== undefined)
  return wrapped(
    '{}',
    entries.map(([key, each]) => `${JSON.stringify(key)}: ${asTerraformTemplate(each, deeper)}`),
    indent,
  )
}

function spreading(elements: readonly string[]): string {
  const lists = elements.map((each) => SPREAD.exec(each)?.[1] ?? `[${JSON.stringify(each)}]`)
  return `\${jsonencode(concat(${lists.join(', ')}))}`
}

function wrapped([open = '', close = '']: string, lines: readonly string[], indent: string): string {
  return `${open}\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}${close}`
}
