import type { Kind } from '../kinds/kind.ts'
import { reportAt, type Reading } from '../reading.ts'
import type { YamlEntry } from '../yaml/tree.ts'

/** What other tools keep in a tenant's file, and why it is not kept here. */
const STRAYS = [
  { code: 'tenant/per-environment', names: ['region', 'account_id', 'accounts', 'vpc_ids'] },
  {
    code: 'tenant/derived-name',
    names: [
      'bucket',
      'warehouse',
      'ha_dir',
      'checkpoint_dir',
      'checkpoints_dir',
      'savepoint_dir',
      'state_dir',
      'jar_dir',
    ],
  },
  { code: 'tenant/shared-role', names: ['role', 'roles', 'role_arn', 'iam_role'] },
] as const

type StrayCode = (typeof STRAYS)[number]['code']

/** As `kind`, of a mapping whose known strays are told, each by what it is, and otherwise not there. */
export function withoutStrays<T>(kind: Kind<T>): Kind<T> {
  return {
    ...kind,
    read: (node, reading) => {
      if (node.kind !== 'mapping') return kind.read(node, reading)
      const entries = node.entries.filter((entry) => !isStray(entry, reading))
      return kind.read(entries.length === node.entries.length ? node : { ...node, entries }, reading)
    },
  }
}

function isStray({ name, key, value }: YamlEntry, reading: Reading): boolean {
  const code = codeOf(name)
  if (code === undefined) return false
  reportAt(reading, code, { field: name }, { span: key, pointer: value.pointer })
  return true
}

function codeOf(name: string): StrayCode | undefined {
  return STRAYS.find(({ names }) => (names as readonly string[]).includes(name))?.code
}
