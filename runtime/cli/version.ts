/** The version of Smelt; a test holds it to that of package.json, which a build need not read. */
export const VERSION = '0.1.0'
