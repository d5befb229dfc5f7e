import type { Kind } from './kind.ts'

/** A short form (one scalar) or a long form (a collection) of the same thing. */
export function shortOrLong<A, B>(short: Kind<A>, long: Kind<B>): Kind<A | B> {
  return {
    expects: `${short.expects}, or ${long.expects}`,
    shape: { type: 'either', options: [short.shape, long.shape] },
    read: (node, reading) => (node.kind === 'scalar' ? short : long).read(node, reading),
  }
}

/** A list or a mapping. */
export function listOrMapping<A, B>(list: Kind<A>, mapping: Kind<B>): Kind<A | B> {
  return {
    expects: `${list.expects}, or ${mapping.expects}`,
    shape: { type: 'either', options: [list.shape, mapping.shape] },
    read: (node, reading) => (node.kind === 'mapping' ? mapping : list).read(node, reading),
  }
}

/** A mapping of the first kind when it has the key `marker`, of the second when not. */
export function byKey<A, B>(marker: string, marked: Kind<A>, plain: Kind<B>): Kind<A | B> {
  return {
    expects: `${plain.expects}, or ${marked.expects}`,
    shape: { type: 'either', options: [marked.shape, plain.shape] },
    read: (node, reading) => {
      const has = node.kind === 'mapping' && node.entries.some(({ name }) => name === marker)
      return (has ? marked : plain).read(node, reading)
    },
  }
}
