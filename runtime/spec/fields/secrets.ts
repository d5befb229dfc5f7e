import { optional } from '../kinds/field.ts'
import { noun } from '../kinds/noun.ts'
import { text, textLike } from '../kinds/text.ts'
import type { EnvironmentNode } from '../nodes.ts'

/** What `${secrets.X}` is prefixed with to find its environment variable, unless the project says otherwise. */
const DEFAULT_PREFIX = 'SMELT_SECRET_'

/** `secrets:` of an environment. */
export const secrets = noun({
  name: 'secrets setting',
  doc: 'Where the value of `${secrets.NAME}` is read when it is needed.',
  fields: {
    env_prefix: optional(textLike(/^[A-Za-z_]\w*$/, 'a prefix such as `SMELT_SECRET_`'), {
      doc: 'Read from the environment variable of this prefix and the name. The default, with `SMELT_SECRET_`.',
      example: DEFAULT_PREFIX,
    }),
    folder: optional(text, {
      doc: 'Read from the file of the name in this folder, relative to the project.',
      example: '.smelt/secrets',
    }),
  },
  rules: [{ kind: 'excludes', field: 'env_prefix', others: ['folder'] }],
  build: ({ envPrefix, folder }): EnvironmentNode['secrets'] =>
    folder === undefined ? { kind: 'env', prefix: envPrefix?.value ?? DEFAULT_PREFIX } : { kind: 'folder', folder },
})
