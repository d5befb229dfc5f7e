import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plain, type Plain } from '../../../runtime/spec/schema/plain-value.ts'
import { ROOTS } from '../../../runtime/spec/schema/roots.ts'
import { readYaml } from '../../../runtime/spec/yaml/read-yaml.ts'
import { sourceText } from '../../../runtime/spec/yaml/source-text.ts'
import { PACKAGE_FOLDER } from '../../cli/support/buffer-host.ts'
import { documentsAt } from './arbitrary.ts'
import { placesOf } from './documents.ts'
import { parse, parserProblems, schemaVerdict, isUnseen } from './verdicts.ts'

const PATTERNS: Readonly<Record<string, RegExp>> = {
  project: /(^|\/)smelt\.yaml$/,
  tenant: /(^|\/)tenants\/[^/]+\.yaml$/,
  test: /(^|\/)pipelines\/[^/]+\/tests\/[^/]+\.yaml$/,
  pipeline: /(^|\/)pipelines\/[^/]+\/pipeline\.yaml$/,
}

/** Every file of a root that this repository holds, shipped or as a test case, good or bad. */
const files = ['', 'pipelines', 'tenants', 'test/golden'].flatMap((folder) =>
  readdirSync(path.join(PACKAGE_FOLDER, folder), { recursive: folder !== '', encoding: 'utf8' })
    .map((file) => path.posix.join(folder, file))
    .flatMap((file) => ROOTS.filter(({ name }) => PATTERNS[name]?.test(file)).map((root) => [file, root] as const)),
)

describe('schema and parser agree on every file of the repository', () => {
  it('of which there are many', () => {
    expect(files.length).toBeGreaterThan(40)
  })

  it.each(files)('%s', (file, root) => {
    const text = readFileSync(path.join(PACKAGE_FOLDER, file), 'utf8')
    const { root: tree, diagnostics } = readYaml(sourceText(file, text), root.name)
    if (tree === undefined || diagnostics.length > 0) return // An editor says itself that this is not our YAML.
    const problems = parse(root, text).filter((each) => each.severity === 'error' && !isUnseen(each))
    const { ok, why } = schemaVerdict(root, plain(tree))
    expect({ ok, why, problems: problems.map(({ message }) => message) }).toMatchObject({ ok: problems.length === 0 })
  })
})

const places = ROOTS.flatMap((root) =>
  placesOf(root).map((place) => [`${root.name}: ${place.noun.name}`, root, place] as const),
)

/** A default of a param: whether it has the type of the param is a rule over the values of two fields. */
function hasParamDefault(document: Plain): boolean {
  const { params } = document as { params?: { abc?: { default?: unknown } } | null }
  return params?.abc?.default !== undefined
}

describe('schema and parser agree on documents made of the shapes, right and wrong', () => {
  it.each(places)('%s', (_, root, place) => {
    fc.assert(
      fc.property(documentsAt(place), (document) => {
        fc.pre(!hasParamDefault(document))
        const problems = parserProblems(root, document).map(({ message }) => message)
        const { ok, why } = schemaVerdict(root, document)
        expect({ ok, why, problems }).toMatchObject({ ok: problems.length === 0 })
      }),
      { numRuns: 150 },
    )
  })
})
