import { catalogCodes } from './catalog.ts'
import { checkpointCodes } from './checkpoint.ts'
import { checkpointPlanCodes } from './checkpoint-plan.ts'
import { checkpointRequestCodes } from './checkpoint-request.ts'
import { checkpointSavepointCodes } from './checkpoint-savepoint.ts'
import { cliCodes } from './cli.ts'
import { contractCodes } from './contract.ts'
import { ingestCodes } from './ingest.ts'
import { internalCodes } from './internal.ts'
import { lakeCodes } from './lake.ts'
import { planCodes } from './plan.ts'
import { recordCodes } from './record.ts'
import { specCodes } from './spec.ts'
import { sqlCodes } from './sql.ts'
import { streamCodes } from './stream.ts'
import { tenantCodes } from './tenant.ts'
import { tenantAccessCodes } from './tenant-access.ts'
import { tenantFileCodes } from './tenant-file.ts'
import { testCodes } from './test.ts'
import { yamlCodes } from './yaml.ts'
import type { CodeEntry } from '../entry.ts'

/** The one table of codes. No code string exists outside it. */
export const CODES = {
  ...yamlCodes,
  ...specCodes,
  ...contractCodes,
  ...planCodes,
  ...sqlCodes,
  ...lakeCodes,
  ...catalogCodes,
  ...streamCodes,
  ...checkpointCodes,
  ...checkpointPlanCodes,
  ...checkpointSavepointCodes,
  ...checkpointRequestCodes,
  ...recordCodes,
  ...tenantCodes,
  ...tenantFileCodes,
  ...tenantAccessCodes,
  ...ingestCodes,
  ...testCodes,
  ...cliCodes,
  ...internalCodes,
}

export type Code = keyof typeof CODES

/** The codes a quarantined record may carry. */
export type RecordCode = keyof typeof recordCodes

export type ParamsOf<C extends Code> = (typeof CODES)[C] extends CodeEntry<infer P> ? P : never
