export { CODES, type Code, type ParamsOf, type RecordCode } from './codes/index.ts'
export { applyFixes, edited, type Applied } from './apply-fixes.ts'
export { type AnyCodeEntry, type CodeEntry, type Domain, type Retry, type Severity } from './entry.ts'
export {
  codeEntry,
  diagnostic,
  exampleDiagnostic,
  hasErrors,
  type Diagnostic,
  type Related,
  type Where,
} from './diagnostic.ts'
export { loadExamples, type CodeExample, type CodeExamples } from './examples.ts'
export { isSmeltError, SmeltError, smeltError } from './error.ts'
export { misspelling, misspeltWord, replacement, type Confidence, type Edit, type Fix } from './fix.ts'
export { groundFixes } from './ground-fixes.ts'
export { nearestMatch } from './nearest-match.ts'
export { type Position, type Span } from './span.ts'
export { githubReporter } from './reporters/github.ts'
export { jsonReporter } from './reporters/json.ts'
export { countLine, type Reporter, type Texts } from './reporters/reporter.ts'
export { sarifReporter } from './reporters/sarif.ts'
export { terminalReporter } from './reporters/terminal.ts'
