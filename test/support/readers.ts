import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** How a foreign reader reaches S3. */
export interface ForeignS3 {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** One question to a foreign reader. */
export interface ForeignRead {
  /** The table's folder, which the reader opens by its version hint, or one metadata file. */
  readonly table: string
  /** SQL over the table, which it calls `t`. Cells come back as text or null. */
  readonly select: string
  readonly snapshot?: string
  /** PyIceberg only. */
  readonly tag?: string
  /** A row filter in words that both SQL and PyIceberg understand; PyIceberg plans by it. */
  readonly filter?: string
}

export interface ForeignAnswer {
  readonly columns: string[]
  readonly rows: (string | null)[][]
  /** How many data files PyIceberg planned; null from DuckDB. */
  readonly files: number | null
}

/** Asks PyIceberg, installed in `folder` (part `pyiceberg`). All reads share one process. */
export function readWithPyIceberg(
  folder: string,
  reads: readonly ForeignRead[],
  s3?: ForeignS3,
): Promise<ForeignAnswer[]> {
  return ask(folder, { reader: 'pyiceberg', reads, s3: s3 ?? null })
}

/** Asks DuckDB's own iceberg extension, installed in `folder` (part `pyiceberg`). */
export function readWithDuckdbIceberg(
  folder: string,
  reads: readonly ForeignRead[],
  s3?: ForeignS3,
): Promise<ForeignAnswer[]> {
  return ask(folder, { reader: 'duckdb', reads, s3: s3 ?? null })
}

function ask(folder: string, request: object): Promise<ForeignAnswer[]> {
  const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'readers.py')
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(folder, 'venv', 'bin', 'python'), [script], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, TZ: 'UTC' },
    })
    const output: Buffer[] = []
    let faults = ''
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => (faults = (faults + chunk.toString()).slice(-4000)))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(output).toString()) as ForeignAnswer[])
      else reject(new Error(`the reader ended with ${code ?? 'a signal'}: ${faults}`))
    })
    child.stdin.end(JSON.stringify(request))
  })
}
