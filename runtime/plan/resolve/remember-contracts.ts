import { compileContract } from '#contract'

/** `compileContract` that compiles each file once as long as its text is the same. */
export function rememberContracts(): typeof compileContract {
  const known = new Map<string, { readonly text: string; readonly compiled: ReturnType<typeof compileContract> }>()
  return ({ file, text }) => {
    const before = known.get(file)
    if (before?.text === text) return before.compiled
    const compiled = compileContract({ file, text })
    known.set(file, { text, compiled })
    return compiled
  }
}
