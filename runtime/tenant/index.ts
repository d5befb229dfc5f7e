export { checkProject, type CheckedInstance, type CheckedProject } from './check-project.ts'
export { expandInstances, type ExpandInput, type PipelineEntry } from './expand-instances.ts'
export { instanceName, parseInstanceName, type Instance, type InstanceName } from './instance.ts'
export {
  loadProject,
  type FileReader,
  type LoadedInstance,
  type LoadedPipeline,
  type LoadedProject,
  type LoadOptions,
} from './load-project.ts'
export { isTenantId } from './tenant-id.ts'
