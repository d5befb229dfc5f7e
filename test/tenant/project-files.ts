import type { FileReader } from '#tenant'

/** A project in memory: texts by path. A path without a text is not there. */
export function projectFiles(files: ReadonlyMap<string, string | undefined>): FileReader {
  const paths = [...files.keys()].filter((path) => files.get(path) !== undefined)
  return {
    read: (path) => files.get(path),
    list: (folder) => {
      const inside = paths.filter((path) => path.startsWith(`${folder}/`))
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))].reverse()
    },
  }
}

/** The file of a tenant that stands in the cloud, in one region. */
export const CLOUD_TENANT = `smelt: 1
id: t-7kq3m9t4dhm
residency: [eu]
classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
environments:
  prod: { region: eu-central-1, account_id: "111122223333", vpc_ids: [vpc-1a2b3c4d] }
pipelines: { orders: }
`
