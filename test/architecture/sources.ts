import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = path.join(fileURLToPath(import.meta.url), '..', '..', '..')
export const RUNTIME = path.join(ROOT, 'runtime')

/** One source file of the runtime, and what it imports: statically, dynamically, or for types only. */
export interface SourceFile {
  /** Relative to `runtime/`, with `/`. */
  readonly file: string
  readonly module: string
  readonly text: string
  readonly imports: readonly string[]
}

/** Folder to module; `dialect` has one front door per engine. */
export function moduleOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  return first === 'dialect' ? `${first}/${second}` : first
}

/** Every source file below a folder of the repository. */
export function listFiles(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) =>
      path.relative(path.join(ROOT, folder), path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
    )
    .sort()
}

export const SOURCES: readonly SourceFile[] = listFiles('runtime').map((file) => {
  const text = readFileSync(path.join(RUNTIME, file), 'utf8')
  return {
    file,
    module: moduleOf(file),
    text,
    imports: ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName),
  }
})

/** Every piece of `text` that is code of one kind: comments and texts of other kinds are left out. */
export function stringLiterals({
  file,
  text,
}: Pick<SourceFile, 'file' | 'text'>): { text: string; compared: boolean }[] {
  const found: { text: string; compared: boolean }[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) {
      const { parent } = node
      const operators: readonly ts.SyntaxKind[] = [
        ts.SyntaxKind.EqualsEqualsEqualsToken,
        ts.SyntaxKind.ExclamationEqualsEqualsToken,
      ]
      const compared =
        (ts.isBinaryExpression(parent) && operators.includes(parent.operatorToken.kind)) || ts.isCaseClause(parent)
      found.push({ text: node.text, compared })
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true))
  return found
}

/** Names of the global scope that `text` uses, of those given. */
export function globalsUsed({ file, text }: Pick<SourceFile, 'file' | 'text'>, names: readonly string[]): string[] {
  const found = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.includes(node.text) && isFree(node)) found.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true))
  return [...found]
}

/** Not the name of a property, a field or a declaration. */
function isFree(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) return parent.name !== node
  if (ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent)) return false
  return !ts.isVariableDeclaration(parent) && !ts.isParameter(parent) && !ts.isFunctionDeclaration(parent)
}
