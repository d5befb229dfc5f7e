import { createHash } from 'node:crypto'

/** A value as bytes of one line of JSON, with a checksum over its content: `{"sha256":...,"<name>":...}`. */
export function seal(name: string, value: unknown): Buffer {
  const content = JSON.stringify(value)
  return Buffer.from(`{"sha256":"${sha256(content)}","${name}":${content}}\n`)
}

/** The value in `bytes`, or what is wrong with them: they are then not what was written. */
export function unseal(
  name: string,
  bytes: Buffer,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string } {
  const text = bytes.toString('utf8')
  const found = new RegExp(`^\\{"sha256":"([0-9a-f]{64})","${name}":(.*)\\}\\n$`, 's').exec(text)
  if (found === null) return { ok: false, detail: `it is cut off or not a ${name}` }
  const [, checksum, content = ''] = found
  if (sha256(content) !== checksum) return { ok: false, detail: 'its checksum does not match its content' }
  return { ok: true, value: JSON.parse(content) }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
