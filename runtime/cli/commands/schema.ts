import path from 'node:path'
import { Option } from 'commander'
import { nearestMatch, smeltError } from '#diagnostics'
import { ROOTS, schemaFile, schemaText, type Root } from '#spec'
import type { CliCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import type { Host } from '../host.ts'

/** `smelt schema` */
export const schema: CliCommand = {
  usage: 'schema [name]',
  summary: 'print the JSON Schema of a kind of file, for editors',
  details:
    'An editor with the YAML language server then completes and checks as you type; what it cannot see, `smelt check` ' +
    'finds. Start a file with `# yaml-language-server: $schema=<path>`, or map paths under `yaml.schemas` of your ' +
    'editor. Without a name, lists what there is.',
  options: [new Option('--out <folder>', 'write the schemas as files into this folder')],
  examples: [
    ['smelt schema pipeline', 'prints the schema of pipeline.yaml'],
    ['smelt schema --out docs/schema', 'writes all of them'],
    ['smelt schema', 'lists them'],
  ],
  run({ host, globals, args: [name], text }) {
    const roots = name === undefined ? ROOTS : [rootOf(name)]
    const out = text('out')
    const print = (value: unknown): void => host.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
    if (out !== undefined) {
      const written = roots.map((root) => write(root, host, out))
      if (globals.json) print({ written })
      else host.stdout.write(written.map((file) => `wrote ${file}\n`).join(''))
    } else if (name !== undefined) host.stdout.write(roots.map(schemaText).join(''))
    else if (globals.json) print(roots.map(({ name: root, files }) => ({ name: root, files })))
    else host.stdout.write(roots.map(({ name: root, files }) => `${root.padEnd(10)}${files}\n`).join(''))
    return Promise.resolve(EXIT.fine)
  },
}

function rootOf(name: string): Root {
  const root = ROOTS.find((each) => each.name === name)
  if (root !== undefined) return root
  const known = ROOTS.map((each) => each.name)
  throw smeltError('cli/unknown-schema', { schema: name, nearest: nearestMatch(name, known), known })
}

function write(root: Root, { files, folder }: Host, out: string): string {
  const file = path.join(out, schemaFile(root))
  files.put(path.resolve(folder, file), schemaText(root))
  return file
}
