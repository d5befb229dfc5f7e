import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../run.mjs'

const version = '4.23.0'

/** The public JSON-Schema-Test-Suite, as the source distribution of Python's jsonschema carries it. */
export default {
  name: 'json-schema-suite',
  version: `jsonschema-${version}`,
  needs: 'Python with pip',
  covers: 'contracts against the public JSON-Schema-Test-Suite',
  enable: 'install Python 3 with pip, then run npm test again',
  async install(folder) {
    const backend = path.join(folder, 'backend')
    await mkdir(path.join(backend, 'hatchling'), { recursive: true })
    await writeFile(path.join(backend, 'hatchling', '__init__.py'), '')
    await writeFile(path.join(backend, 'hatchling', 'build.py'), BACKEND)
    const args = ['download', '--quiet', '--no-deps', '--no-binary', ':all:', '--no-build-isolation', '--dest', folder]
    const env = { ...process.env, PYTHONPATH: backend }
    await run('python3', ['-m', 'pip', ...args, `jsonschema==${version}`], { env })
    const unpacked = path.join(folder, `jsonschema-${version}`)
    await run('tar', ['-xzf', `${unpacked}.tar.gz`, '-C', folder])
    await rename(path.join(unpacked, 'json', 'tests', 'draft2020-12'), path.join(folder, 'draft2020-12'))
    for (const rest of [unpacked, `${unpacked}.tar.gz`, backend]) await rm(rest, { recursive: true })
  },
}

/** pip asks a source distribution's build backend for its name; this one answers at once, where the real one takes a minute. */
const BACKEND = `import os

def get_requires_for_build_wheel(config_settings=None):
    return []

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    name = 'jsonschema-${version}.dist-info'
    os.makedirs(os.path.join(folder, name))
    with open(os.path.join(folder, name, 'METADATA'), 'w') as file:
        file.write('Metadata-Version: 2.1\\nName: jsonschema\\nVersion: ${version}\\n')
    return name
`
