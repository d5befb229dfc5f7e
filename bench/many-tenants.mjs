import { contract, pipeline, PROJECT, sources } from './many-pipelines.mjs'
import { throwAwayFolder } from './throw-away.mjs'

/**
 * Makes a project of `tenants` tenants that all run the same `pipelines` pipelines of three sources each, in a throw-away
 * folder. No two tenants have the same value of the param, so that no plan can be made once for all.
 */
export async function createManyTenants(tenants, pipelines) {
  const { root, put, remove } = await throwAwayFolder('check')
  await put('smelt.yaml', PROJECT)
  const names = Array.from({ length: pipelines }, (_, at) => `pipeline-${at}`)
  for (const [at, name] of names.entries()) {
    await put(`pipelines/${name}/pipeline.yaml`, pipeline(name, at))
    await put(`pipelines/${name}/reference/regions.csv`, `region,country\neu-${at},DE\nus-${at},US\n`)
    for (const source of sources(at))
      await put(`pipelines/${name}/contracts/${source}.schema.json`, contract(source, at))
  }
  for (let at = 0; at < tenants; at++) {
    const listed = names.map((name) => `  ${name}: { params: { least: ${at} } }\n`).join('')
    await put(`tenants/tenant-${at}.yaml`, `smelt: 1\npipelines:\n${listed}`)
  }
  return { root, remove }
}
