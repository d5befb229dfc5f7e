import { parentPort, workerData } from 'node:worker_threads'
import { env, files } from '../process-host.ts'
import { projectFiles } from '../project.ts'
import { checkShare, type SharedCheck } from './share-check.ts'

// Runs as a thread of its own, started with a `SharedCheck`. A fault ends it, and the thread that asked does the rest.
const share = workerData as SharedCheck
parentPort?.postMessage(checkShare(share, projectFiles({ files }, share.root), env))
