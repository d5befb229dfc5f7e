import type { Located } from '../nodes.ts'
import type { Kind } from './kind.ts'
import { respellBoolean } from './respell.ts'
import { scalar } from './scalar.ts'

/** `true` or `false`. */
export const boolean: Kind<Located<boolean>> = scalar({
  expects: '`true` or `false`',
  shape: { type: 'boolean' },
  takes: ['boolean'],
  accept: ({ value }) => (typeof value === 'boolean' ? value : undefined),
  respell: respellBoolean,
})
