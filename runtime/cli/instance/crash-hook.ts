import type { Step } from '#engine'
import { smeltError } from '#diagnostics'
import type { Host } from '../host.ts'

/**
 * A hook for crash tests: with SMELT_CRASH_AT=`<step>:<n>` in the environment, the process of an instance kills itself
 * at the n-th passing of that step of the checkpoint protocol, as a power cut would. Steps are those of the engine.
 */
export async function crashHook(host: Host): Promise<((step: Step) => void) | undefined> {
  const setting = host.env('SMELT_CRASH_AT')
  if (setting === undefined) return undefined
  const engine = await import('#engine')
  const steps = [
    ...engine.STEPS,
    ...engine.CHANGE_STEPS,
    ...engine.UPDATE_STEPS,
    ...engine.MOVE_STEPS,
    ...engine.SAVEPOINT_STEPS,
    ...engine.REWIND_STEPS,
    ...engine.ERASE_STEPS,
  ]
  const [name, count] = setting.split(':')
  const step = steps.find((each) => each === name)
  let left = Number(count ?? '1')
  if (step === undefined || !Number.isInteger(left) || left < 1) {
    const detail = `\`SMELT_CRASH_AT\` must be \`<step>:<n>\` with a step of ${steps.join(', ')}, not \`${setting}\``
    throw smeltError('cli/bad-usage', { detail, command: 'smelt run' })
  }
  return (passed) => {
    if (passed === step && --left === 0) host.crash()
  }
}
