import { Ajv, type ValidateFunction } from 'ajv'
import type { Code, Diagnostic } from '#diagnostics'
import { parsePipeline, parseProject, parseTenant, parseTest } from '#spec'
import { jsonSchema } from '../../../runtime/spec/schema/json-schema.ts'
import type { Plain } from '../../../runtime/spec/schema/plain-value.ts'
import type { Root } from '../../../runtime/spec/schema/roots.ts'

/** What editors know beside draft-07. */
const EDITOR_KEYWORDS = ['markdownDescription', 'patternErrorMessage', 'deprecationMessage', 'doNotSuggest']

/** Codes of problems that no schema of one file can see, and why. Every one of them is met by a test. */
export const UNSEEN: Partial<Record<Code, string>> = {
  'spec/missing-env': 'the environment of the process is not in the file',
  'spec/unknown-param': 'which params are declared stands elsewhere in the file',
  'spec/unknown-environment': 'which environments are declared stands elsewhere in the file',
  'spec/shared-lake': 'a rule over the texts of two fields',
  'tenant/bad-id': 'the last letter is worked out from the others',
  'tenant/outside-residency': 'a rule over the texts of two fields',
  'tenant/quarantine-less-sensitive': 'a rule over the texts of two fields',
}

const compiled = new Map<Root, ValidateFunction>()

/** Whether the JSON Schema accepts `value`, and if not, why. */
export function schemaVerdict(root: Root, value: Plain): { ok: boolean; why: string } {
  const validate = compiled.get(root) ?? compile(root)
  compiled.set(root, validate)
  const ok = validate(value)
  return { ok, why: JSON.stringify(validate.errors?.slice(0, 4) ?? []) }
}

/** What the parser has against `value`, but for what no schema can see. */
export function parserProblems(root: Root, value: Plain): readonly Diagnostic[] {
  return parse(root, JSON.stringify(value)).filter((each) => each.severity === 'error' && !isUnseen(each))
}

/** A problem of a kind that no schema of one file can see. */
export function isUnseen({ code, message, pointer = '' }: Diagnostic): boolean {
  if (code in UNSEEN) return true
  // The file may set the clock for its cases, and bytes are counted in groups of four.
  if (code === 'spec/missing-field') return message.endsWith('needs the field `clock`')
  return code === 'spec/bad-value' && (pointer.endsWith('/bytes') || pointer.endsWith('/none'))
}

/** All that the parser says of a file of this root. */
export function parse(root: Root, text: string): readonly Diagnostic[] {
  const input = { file: 'a.yaml', text, env: () => undefined }
  switch (root.name) {
    case 'pipeline':
      return parsePipeline(input).diagnostics
    case 'tenant':
      return parseTenant(input).diagnostics
    case 'test':
      return parseTest(input).diagnostics
    case 'project':
      return parseProject(input).diagnostics
    default:
      throw new Error(`nothing parses a ${root.name}`)
  }
}

function compile(root: Root): ValidateFunction {
  // `strict` finds keywords that are misspelt or do nothing; a bound beside a text is how a schema of many types reads.
  const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true })
  ajv.addVocabulary(EDITOR_KEYWORDS)
  return ajv.compile(jsonSchema(root))
}
