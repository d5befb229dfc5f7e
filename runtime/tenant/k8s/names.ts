import { createHash } from 'node:crypto'
import type { RoleName } from '../policy/roles.ts'

/** The service account of pods that run instances. */
export const ENGINE_ACCOUNT = accountOf('engine')
/** The service account that stands for a role of the tenant: the trust of the role names it. */
export function accountOf(role: RoleName): string {
  return `smelt-${role}`
}

/** The service account of Flink, which makes its own pods. */
export const FLINK_ACCOUNT = 'smelt-flink'
/** The Secret that holds the secrets of a tenant, one key per secret. */
export const SECRET = 'smelt-secrets'
/** The variables that smelt.yaml asks for. */
export const VARIABLES = 'smelt-variables'
/** Where the project is in the image. */
export const PROJECT_FOLDER = '/project'
/** Where probes are answered. */
export const HEALTH_PORT = 8081

/** Where records are taken over HTTP. */
export const INGEST_PORT = 8080
/** The objects that take records over HTTP. */
export const INGEST = 'smelt-ingest'

/** A pod is called after its set and a number, its revision after the set and ten characters more: 63 in all. */
const LONGEST_SET = 52

/** The namespace of a tenant. */
export function namespaceOf(tenant: string): string {
  return `smelt-${tenant}`
}

/** The name of what runs a pipeline: its own, or the start of it with a hash where it is too long. */
export function workloadName(pipeline: string): string {
  if (pipeline.length <= LONGEST_SET) return pipeline
  const hash = createHash('sha256').update(pipeline).digest('hex').slice(0, 8)
  return `${pipeline.slice(0, LONGEST_SET - 9).replace(/-+$/, '')}-${hash}`
}

/** The labels that choose the pods that take records over HTTP. */
export function ingestLabels(): Record<string, string> {
  return { ...podLabels(), 'app.kubernetes.io/component': 'ingest' }
}

/** The labels that choose the pods of one instance, or those of all. */
export function podLabels(instance?: string): Record<string, string> {
  return { 'app.kubernetes.io/name': 'smelt', ...(instance === undefined ? {} : { 'smelt.dev/pipeline': instance }) }
}
