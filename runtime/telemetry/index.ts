export { alertText, checkpointText, countText, type AlertCounts, type CheckpointLine } from './checkpoint-line.ts'
export { METRICS, type Metric } from './metrics.ts'
export { upkeepText, type UpkeepLine } from './upkeep-line.ts'
