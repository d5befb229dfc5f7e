import { defaulted, later, optional, required } from '../kinds/field.ts'
import { FOLDER_NAME, named } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import type { EnvironmentNode, Located, ProjectNode } from '../nodes.ts'
import type { YamlMapping } from '../yaml/tree.ts'
import { broker } from './broker.ts'
import { engine } from './engine.ts'
import { kubernetes } from './kubernetes.ts'
import { lake } from './lake.ts'
import { maintenance } from './maintenance.ts'
import { folderName, formatVersion } from './names.ts'
import { secrets } from './secrets.ts'

const environment = noun({
  name: 'environment',
  doc: 'Where the topics, the lake and the secrets are, and the bounds of the engine.',
  fields: {
    broker: required(broker, { doc: 'Where the topics are.', example: '{ topic_log: .smelt/topics }' }),
    lake: required(lake, { doc: 'Where the tables are.', example: '{ folder: .smelt/lake }' }),
    secrets: defaulted(secrets, '{}', {
      doc: 'Where secrets are read. By default the environment variables `SMELT_SECRET_<NAME>`.',
    }),
    engine: defaulted(engine, '{}', { doc: 'The bounds of one running instance.' }),
    maintenance: defaulted(maintenance, '{}', { doc: 'How running instances keep their tables fit to be read.' }),
    kubernetes: optional(kubernetes, {
      doc: 'How the pods of this environment are made, where it runs in Kubernetes.',
      example: '{ image: "registry.example.org/lake:1.4.0", identity: irsa }',
    }),
    catalog: later({
      doc: 'An Iceberg catalog that lists the tables.',
      meanwhile: 'Leave it out: the lake is its own catalog, in the Hadoop table layout.',
    }),
  },
  build: (values, at): EnvironmentNode => ({ span: at.span, ...values }),
})

/** smelt.yaml */
export const project = noun({
  name: 'project',
  doc: 'The environments in which the pipelines of the project run.',
  fields: {
    smelt: formatVersion,
    default_environment: required(folderName, {
      doc: 'The environment that is used when none is named.',
      example: 'local',
    }),
    environments: required(named(environment, 'environment', FOLDER_NAME), {
      doc: 'The environments.',
      example: '{ local: { broker: { topic_log: .smelt/topics }, lake: { folder: .smelt/lake } } }',
    }),
  },
  build: ({ defaultEnvironment, environments }, at): ProjectNode => ({
    file: at.span.file,
    defaultEnvironment,
    environments,
    environmentNames: environmentNames(at),
  }),
})

function environmentNames({ entries }: YamlMapping): Located<string>[] {
  const all = entries.find(({ name }) => name === 'environments')?.value
  if (all?.kind !== 'mapping') return []
  return all.entries.map(({ name, key, value: { pointer } }) => ({ value: name, span: key, pointer }))
}
