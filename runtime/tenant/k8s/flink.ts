import type { InstanceInput, KubernetesInput } from './input.ts'
import { FLINK_ACCOUNT, namespaceOf, workloadName } from './names.ts'
import type { Json, KubernetesObject } from './object.ts'
import { podMemoryMib } from './size.ts'

const SESSION = 'smelt-session'
const IMAGE = 'flink:1.20.3-java17'
const JAR = 'local:///opt/smelt/smelt-flink.jar'

/**
 * Placeholders for the operator of Flink: the shape that instances will have there, suspended, as no jar is made yet. With
 * `flink-session` one cluster takes all instances, otherwise each has its own. A cluster for all cannot be suspended, so there is
 * none, and no job of one, while nothing of the tenant runs.
 */
export function flinkObjects(input: KubernetesInput): KubernetesObject[] {
  const access = accessObjects(input)
  if (input.flink !== 'flink-session') return [...access, ...input.instances.map((each) => application(input, each))]
  if (input.state !== 'active') return access
  return [...access, cluster(SESSION, input), ...input.instances.map((each) => sessionJob(input, each))]
}

function application(input: KubernetesInput, instance: InstanceInput): KubernetesObject {
  const { spec, ...rest } = cluster(workloadName(instance.pipeline), input)
  return { ...rest, spec: { ...(spec as Record<string, Json>), job: job(input, instance) } }
}

function sessionJob(input: KubernetesInput, instance: InstanceInput): KubernetesObject {
  return {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkSessionJob',
    metadata: { name: workloadName(instance.pipeline) },
    spec: { deploymentName: SESSION, job: job(input, instance) },
  }
}

function job({ tenant, environment }: KubernetesInput, { pipeline }: InstanceInput): Json {
  const args = ['run', `${tenant}/${pipeline}`, '--env', environment]
  return { jarURI: JAR, args, parallelism: 1, upgradeMode: 'savepoint', state: 'suspended' }
}

function cluster(name: string, { engine }: KubernetesInput): KubernetesObject {
  const resource = { cpu: 1, memory: `${podMemoryMib(engine)}m` }
  return {
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkDeployment',
    metadata: { name },
    spec: {
      image: IMAGE,
      flinkVersion: 'v1_20',
      serviceAccount: FLINK_ACCOUNT,
      flinkConfiguration: { 'execution.checkpointing.interval': `${engine.checkpointEveryMs}ms` },
      podTemplate: { spec: { containers: [hardened()], securityContext: HARDENED_POD } },
      jobManager: { resource },
      taskManager: { resource },
    },
  }
}

const HARDENED_POD = { runAsNonRoot: true, runAsUser: 9999, fsGroup: 9999, seccompProfile: { type: 'RuntimeDefault' } }

/** The operator merges it into the container that it makes by this name. */
function hardened(): Json {
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  return { name: 'flink-main-container', securityContext }
}

/** A job manager makes and removes its task managers: rights within the namespace, and only those. */
function accessObjects({ tenant }: KubernetesInput): KubernetesObject[] {
  const metadata = { name: FLINK_ACCOUNT }
  const api = 'rbac.authorization.k8s.io'
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: `${api}/v1`,
      kind: 'Role',
      metadata,
      rules: [
        {
          apiGroups: [''],
          resources: ['pods', 'configmaps'],
          verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
        },
        { apiGroups: [''], resources: ['services'], verbs: ['get', 'list'] },
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch'] },
      ],
    },
    {
      apiVersion: `${api}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: api, kind: 'Role', name: FLINK_ACCOUNT },
      // kustomize puts no namespace here, and without it an account of another namespace would be meant.
      subjects: [{ kind: 'ServiceAccount', name: FLINK_ACCOUNT, namespace: namespaceOf(tenant) }],
    },
  ]
}
