import type { Diagnostic, Texts } from '#diagnostics'

/** Thrown by a command that cannot go on for what is wrong in the project. Its problems are reported and it ends. */
export class Problems extends Error {
  readonly diagnostics: readonly Diagnostic[]
  readonly texts: Texts

  constructor(diagnostics: readonly Diagnostic[], texts: Texts) {
    super(diagnostics.map(({ message }) => message).join('; '))
    this.name = 'Problems'
    this.diagnostics = diagnostics
    this.texts = texts
  }
}
