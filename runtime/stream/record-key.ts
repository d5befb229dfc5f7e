/**
 * The text of a top-level field of a JSON object, as the key of its record: a string as it is, a number or boolean in
 * its JSON form. Null when there is none, when the line is not an object, or when the number has more digits than are
 * kept, so that two values never share a key by accident.
 */
export function recordKey(line: Buffer, field: string): Buffer | null {
  let value: unknown
  try {
    value = JSON.parse(line.toString('utf8'))
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return null
  const key: unknown = Reflect.get(value, field)
  if (typeof key === 'string') return Buffer.from(key)
  if (typeof key === 'boolean') return Buffer.from(String(key))
  if (typeof key === 'number' && (!Number.isInteger(key) || Number.isSafeInteger(key))) return Buffer.from(String(key))
  return null
}
