import path from 'node:path'
import { writeFile } from 'node:fs/promises'
import { run } from '../run.mjs'

// Every version is named: with loose ones pip tries combinations for minutes.
const REQUIREMENTS = `pyiceberg==0.12.0
pyarrow==25.0.1
s3fs==2026.9.0
fsspec==2026.9.0
aiobotocore==3.10.0
botocore==1.43.117
aiohttp==3.14.5
pydantic==2.14.3
pyparsing==3.3.3
pyroaring==1.2.0
zstandard==0.25.0
cachetools==8.0.1
duckdb==1.5.5
duckdb-extension-iceberg==1.5.5
duckdb-extension-avro==1.5.5
duckdb-extension-httpfs==1.5.5
`

/** Two independent readers of Iceberg tables: PyIceberg, and DuckDB with its own iceberg extension, in one venv. */
export default {
  name: 'pyiceberg',
  version: '0.12.0-duckdb-1.5.5',
  needs: 'Python 3.10 or newer with venv and pip',
  covers: 'reading the tables with PyIceberg and with the iceberg extension of DuckDB',
  enable: 'install Python 3.11 with venv, then run npm test again',
  async install(folder) {
    const file = path.join(folder, 'requirements.txt')
    await writeFile(file, REQUIREMENTS)
    await run('python3', ['-m', 'venv', '--copies', path.join(folder, 'venv')])
    const python = path.join(folder, 'venv', 'bin', 'python')
    await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '-r', file])
    await run(python, ['-c', 'import pyiceberg, pyarrow, s3fs, duckdb'])
  },
}
