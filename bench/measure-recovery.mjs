import { start } from './processes.mjs'
import { createProject, INSTANCE, SMELT } from './project.mjs'

const DEADLINE_MS = 300_000

/**
 * Lets an instance read half of the topic, then kills it and its supervisor with SIGKILL and starts it again, `kills`
 * times, each time after its second checkpoint and at another moment of what follows. Resolves to the seconds from each
 * restart to its first checkpoint with new rows, their tables committed. Batches are small, so that the topic lasts.
 */
export async function measureRecovery(topics, { kills, records }) {
  const engine = { checkpoint_every: '200ms', batch_rows: Math.ceil(records / 100) }
  const project = await createProject(topics, engine)
  const args = [SMELT, 'run', INSTANCE, '--log', 'json', '--project', project.root]
  const seconds = []
  try {
    await liveAndDie(args, { delayMs: 0, enough: ({ read }) => read >= records / 2 })
    for (let kill = 0; kill < kills; kill++) {
      const enough = ({ checkpoints, lag }) => checkpoints >= 2 || lag === 0
      seconds.push(await liveAndDie(args, { delayMs: (kill * 137) % 400, enough }))
    }
    return seconds
  } finally {
    await project.remove()
  }
}

/** Runs until `enough`, then `delayMs` more, then kills. Resolves to the seconds to the first checkpoint with rows. */
async function liveAndDie(args, { enough, delayMs }) {
  const life = { read: 0, checkpoints: 0, lag: Infinity }
  let first
  const done = deferred()
  const child = start(args, {
    onLine(line, seconds) {
      const { event, records_in: rows, lag } = JSON.parse(line)
      if (event !== 'checkpoint' || rows === 0) return
      first ??= seconds
      Object.assign(life, { read: life.read + rows, checkpoints: life.checkpoints + 1, lag })
      if (enough(life)) setTimeout(done.resolve, delayMs)
    },
  })
  const deadline = setTimeout(() => done.reject(new Error(`no new rows within ${DEADLINE_MS} ms`)), DEADLINE_MS)
  const ended = child.ended.then(({ code, errors }) => {
    throw new Error(`smelt run ended with ${code} by itself:\n${errors}`)
  })
  try {
    await Promise.race([done.promise, ended])
  } finally {
    clearTimeout(deadline)
    child.kill('SIGKILL')
    await ended.catch(() => undefined)
  }
  return first
}

function deferred() {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}
