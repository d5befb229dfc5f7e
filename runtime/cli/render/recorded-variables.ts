import type { Host } from '../host.ts'

/**
 * A host that remembers the variables of the environment that a project asks for, of those that it needs: pods are given the
 * values that were rendered with.
 */
export function recordedVariables(host: Host): { recording: Host; variables: Readonly<Record<string, string>> } {
  const variables: Record<string, string> = {}
  const env = (name: string, needed = true): string | undefined => {
    const value = host.env(name)
    if (value !== undefined && needed) variables[name] = value
    return value
  }
  return { recording: { ...host, env }, variables }
}
