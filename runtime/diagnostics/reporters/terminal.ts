import type { Diagnostic } from '../diagnostic.ts'
import type { Span } from '../span.ts'
import { codeFrame } from './code-frame.ts'
import { fixLines } from './fix-lines.ts'
import { paintWith, type Paint } from './paint.ts'
import { countLine, type Reporter, type Texts } from './reporter.ts'
import { visible } from './screen-text.ts'
import { sortedByPlace } from './sort.ts'
import { withoutSecrets } from './without-secrets.ts'

/**
 * For people: per problem its severity, code and message, the place with a code frame, why it is one, and what to do;
 * sorted by file and place; a closing line with the counts. Colours only when asked for.
 */
export function terminalReporter(options: { readonly colours?: boolean } = {}): Reporter {
  const paint = paintWith(options.colours === true)
  return (diagnostics, texts) => {
    const shown = withoutSecrets(diagnostics, texts)
    const blocks = sortedByPlace(diagnostics).map((each) => block(each, shown, paint).join('\n'))
    return `${[...blocks, countLine(diagnostics)].join('\n\n')}\n`
  }
}

function block(problem: Diagnostic, texts: Texts, paint: Paint): string[] {
  const { severity, code, message, span, why, help, cause, fix, related = [] } = problem
  const place = span === undefined ? [] : [`  ${at(span, paint)}`, ...frame(span, texts, paint)]
  const others = related.flatMap((each) => [
    `  ${oneLine(each.message)}: ${at(each.span, paint)}`,
    ...frame(each.span, texts, paint),
  ])
  return [
    `${paint.severity(severity, `${severity}[${code}]`)}: ${paint.strong(oneLine(message))}`,
    ...place,
    ...others,
    ...(cause === undefined ? [] : [`  ${paint.strong('cause')}: ${oneLine(cause)}`]),
    `  ${paint.strong('why')}: ${why}`,
    `  ${paint.strong('help')}: ${oneLine(help)}`,
    ...(fix === undefined ? [] : fixLines(fix, texts, paint)),
  ]
}

function at({ file, start }: Span, paint: Paint): string {
  return paint.faint(`${oneLine(file)}:${start.line}:${start.column}`)
}

function frame(span: Span, texts: Texts, paint: Paint): string[] {
  return codeFrame(span, texts.get(span.file), paint).map((line) => `    ${line}`)
}

/** Control characters of a value must not move the cursor of whoever reads the message. */
function oneLine(text: string): string {
  return visible(text.replace(/\r?\n/g, ' ')).replaceAll('\t', '\u00B7')
}
