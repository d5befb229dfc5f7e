const patterns = new Map<string, RegExp>()

/** Whether `text` fits `pattern`, in which `*` is any run of characters and `?` is one. Case counts. */
export function fitsWildcard(pattern: string, text: string): boolean {
  return compiled(pattern, '').test(text)
}

/** The same for names of actions and services, where case does not count. */
export function fitsAction(pattern: string, action: string): boolean {
  return compiled(pattern, 'i').test(action)
}

/** An ARN, part by part: the five colons in front are no part of what `*` stands for. */
export function fitsArn(pattern: string, arn: string): boolean {
  const [wanted, given] = [arnParts(pattern), arnParts(arn)]
  return wanted.length === given.length && wanted.every((part, at) => fitsWildcard(part, given[at] ?? ''))
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':')
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

function compiled(pattern: string, flags: string): RegExp {
  const key = `${flags}/${pattern}`
  let made = patterns.get(key)
  if (made === undefined) {
    const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (sign) =>
      sign === '*' ? '.*' : sign === '?' ? '.' : `\\${sign}`,
    )
    patterns.set(key, (made = new RegExp(`^${source}$`, `s${flags}`)))
  }
  return made
}
