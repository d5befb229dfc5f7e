import {
  codeEntry,
  CODES,
  loadExamples,
  type AnyCodeEntry,
  type Code,
  type CodeExample,
  type CodeExamples,
} from '#diagnostics'
import { RETRY_HELPS, WHO_MENDS } from '../code-words.ts'
import { PAGE_HEADER, type Generator } from './generator.ts'
import { markdownTable } from './markdown.ts'

const FOLDER = 'docs/reference/errors'
const examples = await loadExamples()

/** `docs/reference/errors/`: every code with what it means, why, what to do, and its golden case as the example. */
export const errorPages: Generator = {
  name: 'reference pages of the error codes',
  files: () => pages(Object.keys(CODES) as Code[], examples),
}

function pages(codes: readonly Code[], { project, of }: CodeExamples): [string, string][] {
  const areas = [...new Set(codes.map(areaOf))].sort()
  const inArea = (area: string): Code[] => codes.filter((code) => areaOf(code) === area).sort()
  return [
    [`${FOLDER}/README.md`, overview(areas, inArea, project)],
    ...areas.map((area): [string, string] => [`${FOLDER}/${area}.md`, areaPage(area, inArea(area), of)]),
  ]
}

function overview(
  areas: readonly string[],
  inArea: (area: string) => Code[],
  project: CodeExamples['project'],
): string {
  const table = (area: string): string => {
    const rows = inArea(area).map((code) => {
      const { title, severity } = codeEntry(code)
      return [`[\`${code}\`](${area}.md#${anchor(code)})`, title, severity]
    })
    return `\n## ${area}\n\n${markdownTable(['Code', 'Title', 'Severity'], rows)}`
  }
  const files = Object.entries(project).map(([file, text]) => `\n\`${file}\`\n\n${fence(languageOf(file), text)}`)
  return [
    PAGE_HEADER,
    '# Error codes\n\n',
    'A code is permanent: it stands in messages, in JSON output, in the `code` column of quarantine tables, and here. ',
    '`smelt explain-code <code>` says the same. Each example is a change of the project at the end of this page, or a ',
    'command line, and what is then printed; `‹text×300›` stands for 300 times `text`.\n',
    ...areas.map(table),
    '\n## The project of the examples\n',
    ...files,
  ].join('')
}

function areaPage(area: string, codes: readonly Code[], of: CodeExamples['of']): string {
  return [
    PAGE_HEADER,
    `# Error codes: ${area}\n`,
    ...codes.map((code) => section(code, codeEntry(code), of(code))),
  ].join('')
}

function section(code: Code, entry: AnyCodeEntry, { input, printed, help }: CodeExample): string {
  const { title, severity, domain, retry, why, fix, since, deprecated } = entry
  const advice = typeof fix === 'string' ? fix : `In the example: ${help}`
  return [
    `\n## ${code}\n\n**${title}.** ${why}\n\n${advice}\n\n`,
    ...(deprecated === undefined ? [] : [`Deprecated: ${deprecated}\n\n`]),
    `Severity: ${severity}. Who can mend it: ${WHO_MENDS[domain]}. Doing the same again ${againHelps(retry)}. `,
    `Since ${since}.\n\n`,
    ...(input === undefined ? [] : [fence('diff', input), '\n']),
    fence('text', printed),
  ].join('')
}

function againHelps(retry: AnyCodeEntry['retry']): string {
  return retry === 'never' ? RETRY_HELPS.never : `may help ${RETRY_HELPS[retry]}`
}

function areaOf(code: Code): string {
  return code.slice(0, code.indexOf('/'))
}

/** The anchor that Markdown readers give a heading. */
function anchor(code: Code): string {
  return code.replace('/', '')
}

function languageOf(file: string): string {
  return file.slice(file.lastIndexOf('.') + 1)
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`
}
