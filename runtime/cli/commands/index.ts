import type { CliCommand } from '../command.ts'
import { apply } from './apply.ts'
import { audit } from './audit.ts'
import { check } from './check.ts'
import { demo } from './demo.ts'
import { erase } from './erase.ts'
import { explain } from './explain.ts'
import { explainCode } from './explain-code.ts'
import { history } from './history.ts'
import { ingest } from './ingest.ts'
import { init } from './init.ts'
import { maintain } from './maintain.ts'
import { newPipeline } from './new.ts'
import { plan } from './plan.ts'
import { produce } from './produce.ts'
import { quarantine } from './quarantine.ts'
import { query } from './query.ts'
import { rebuild } from './rebuild.ts'
import { render } from './render.ts'
import { rollback } from './rollback.ts'
import { run } from './run.ts'
import { runInstance } from './run-instance.ts'
import { savepoint } from './savepoint.ts'
import { savepoints } from './savepoints.ts'
import { schema } from './schema.ts'
import { status } from './status.ts'
import { tables } from './tables.ts'
import { tenant } from './tenant.ts'
import { test } from './test.ts'
import { token } from './token.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly CliCommand[] = [
  init,
  newPipeline,
  tenant,
  check,
  explain,
  test,
  demo,
  plan,
  run,
  apply,
  rollback,
  savepoint,
  savepoints,
  rebuild,
  quarantine,
  query,
  tables,
  status,
  history,
  audit,
  maintain,
  erase,
  render,
  produce,
  ingest,
  token,
  schema,
  explainCode,
  runInstance,
]
