import { required } from '../kinds/field.ts'
import { noun } from '../kinds/noun.ts'
import { textLike } from '../kinds/text.ts'
import type { ReferenceNode } from '../nodes.ts'
import { columnNames } from './names.ts'

/** A small table read whole from a file, for lookups. */
export const reference = noun({
  name: 'reference',
  doc: 'A small table in a file, looked up by its key. Its content is part of the plan.',
  fields: {
    file: required(textLike(/\.(?:csv|json)$/, 'the path of a `.csv` or `.json` file'), {
      doc: 'The file, relative to the pipeline folder: CSV with a header line, or JSON with a list of objects.',
      example: 'reference/os-catalog.csv',
    }),
    key: required(columnNames, { doc: 'The columns that identify a row. No two rows share them.', example: '[os]' }),
  },
  build: (values, at): ReferenceNode => ({ span: at.span, ...values }),
})
