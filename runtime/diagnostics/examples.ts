import type { Code } from './codes/index.ts'

/** The least that provokes a code, and what is then printed: the golden case of the code, word for word. */
export interface CodeExample {
  /** What is changed in the sound project, as a diff; absent when nothing is, or when only a running system gives the code. */
  readonly input?: string
  readonly printed: string
  /** What to do in the example, for a code whose advice depends on the case. */
  readonly help: string
}

/** The examples of all codes, and the files of the sound project that they change. */
export interface CodeExamples {
  readonly project: Readonly<Record<string, string>>
  readonly of: (code: Code) => CodeExample
}

/** Loads the examples, which are too much text to read at every start. */
export async function loadExamples(): Promise<CodeExamples> {
  const { EXAMPLES, PROJECT } = await import('./golden-examples.ts')
  const examples: Readonly<Record<string, Omit<CodeExample, 'help'>>> = EXAMPLES
  const of = (code: Code): CodeExample => {
    const example = examples[code] ?? { printed: '' }
    return { ...example, help: /^ {2}help: (.*)$/m.exec(example.printed)?.[1] ?? '' }
  }
  return { project: PROJECT, of }
}
