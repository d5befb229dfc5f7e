import { randomUUID } from 'node:crypto'
import type { InstanceOptions, PlanChange } from '#engine'
import type { ResolvedInstance } from './resolve-instance.ts'

/** What is done before a change is applied, so that it can be taken back where its pipeline wants that. */
export async function prepareUpdate(
  { store, clock, step }: Pick<InstanceOptions, 'store' | 'clock' | 'step'>,
  { plan, rollback }: ResolvedInstance,
  change: PlanChange,
): Promise<PlanChange> {
  if (rollback !== 'auto') return change
  const { beginUpdate, findChange } = await import('#engine')
  await beginUpdate({ store, clock, runId: randomUUID(), ...(step === undefined ? {} : { step }) }, change)
  // The savepoint is a checkpoint of its own.
  return (await findChange(store, plan)) ?? change
}
