import { runSmelt } from './child.ts'

/** Waits until the only instance of a project that runs is RUNNING. Resolves to its process. */
export async function runsNow(folder: string): Promise<number> {
  for (;;) {
    const found = JSON.parse((await runSmelt(['status', '--json'], { folder })).out) as {
      readonly pid: number | null
      readonly state: { readonly name: string; readonly gone: boolean } | null
    }[]
    const running = found.find(({ state }) => state?.name === 'RUNNING' && !state.gone)
    if (running?.pid != null) return running.pid
  }
}
