/** What an `Env` gives for a variable whose value no file may name: it is a secret. */
export const SECRET_VARIABLE = Symbol('the variable is a secret')

/**
 * The environment variables, as a function so that nothing else of the process is in reach. `needed` is false for what only
 * an environment asks for that will not be used.
 */
export type Env = (name: string, needed?: boolean) => string | undefined | typeof SECRET_VARIABLE

/** Variables that say by their name that they hold a secret, `AWS_SECRET_ACCESS_KEY` and `HOOK_TOKEN` for example. */
const SAYS_SO = /(^|_)(SECRETS?|PASSWORD|PASSWD|PASSPHRASE|TOKEN|CREDENTIALS?|PRIVATE_KEY|ACCESS_KEY|API_KEY)(_|$)/i

/**
 * `env` as pipelines and tenants see it: a value of `${env.X}` goes into plans, so a variable in which the secrets of an
 * environment are looked for (its name starts with one of `prefixes`), or whose name says that it is one, cannot be read.
 */
export function withoutSecrets(env: Env, prefixes: readonly string[]): Env {
  return (name, needed) =>
    SAYS_SO.test(name) || prefixes.some((prefix) => name.startsWith(prefix)) ? SECRET_VARIABLE : env(name, needed)
}
