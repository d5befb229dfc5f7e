import { integer } from '../kinds/integer.ts'
import { distinct, list } from '../kinds/list.ts'
import type { Kind } from '../kinds/kind.ts'
import { COLUMN_NAME, FOLDER_NAME, TABLE_NAME, type NameRule } from '../kinds/named.ts'
import { textLike } from '../kinds/text.ts'
import type { Located } from '../nodes.ts'
import { reportAt } from '../reading.ts'
import { required } from '../kinds/field.ts'

/** The name of a source, table or reference, where one is referred to. */
export const tableName = nameText(TABLE_NAME, 'the name of a source or table such as `devices`')
/** The name of a column, where one is referred to. */
export const columnName = nameText(COLUMN_NAME, 'the name of a column such as `device_id`')
/** The name of a pipeline or an environment. */
export const folderName = nameText(FOLDER_NAME, 'a name of lower-case letters, digits and hyphens')
/** Column names, none twice. */
export const columnNames: Kind<readonly Located<string>[]> = distinct(list(columnName))

/** Every file says which format it is written in. */
export const formatVersion = required(versionKind(), {
  doc: 'The version of the file format. This release reads version 1.',
  example: '1',
})

function nameText(rule: NameRule, expects: string): Kind<Located<string>> {
  return textLike(rule.pattern, expects)
}

function versionKind(): Kind<Located<number>> {
  const whole = integer(0, 1000, 'the format version `1`')
  return {
    ...whole,
    shape: { type: 'integer', minimum: 1, maximum: 1, expects: whole.expects },
    read: (node, reading) => {
      const version = whole.read(node, reading)
      if (version === undefined || version.value === 1) return version
      reportAt(reading, 'spec/unsupported-version', { version: String(version.value) }, node)
      return undefined
    },
  }
}
