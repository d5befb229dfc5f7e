import { SmeltError, smeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import { parseInstanceName } from '#tenant'
import type { Call } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { Problems } from '../problems.ts'
import { openProject } from '../project.ts'
import { engineSettings } from './engine-options.ts'
import { refuseHeldBack } from './held-back.ts'
import { resolveInstance } from './resolve-instance.ts'

/**
 * Looks whether an instance would start from the files of its project as they are now, with the plan of that hash: a running
 * instance makes room for nothing else. What is wrong with the files, cli/missing-secret, checkpoint/other-plan, checkpoint/held-back,
 * checkpoint/needs-approval and checkpoint/change-refused, as a SmeltError.
 */
export async function checkRestart(
  { host, globals }: Pick<Call, 'host' | 'globals'>,
  name: string,
  {
    store,
    hash,
    approved = false,
  }: { readonly store: ObjectStore; readonly hash: string; readonly approved?: boolean },
): Promise<void> {
  const [engine, { planHash }] = await Promise.all([import('#engine'), import('#plan')])
  try {
    const project = openProject(host, globals, name)
    const instance = resolveInstance(project, parseInstanceName(name))
    await engineSettings(host, openEnvironment(host, globals, project), instance)
    const today = planHash(instance.plan)
    if (today !== hash) {
      const { shortHash } = engine
      throw smeltError('checkpoint/other-plan', { pipeline: name, given: shortHash(hash), today: shortHash(today) })
    }
    await refuseHeldBack(store, instance)
    const change = await engine.findChange(store, instance.plan)
    if (change !== undefined) engine.checkChange({ ...change, approved: change.approved || approved })
  } catch (error) {
    const first = error instanceof Problems ? error.diagnostics[0] : undefined
    throw first === undefined ? error : new SmeltError(first)
  }
}
