declare module 'snappyjs' {
  /** Decompresses one bare snappy block. Throws on bytes that are none. */
  export function uncompress(block: Buffer): Buffer
}
