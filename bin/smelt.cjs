#!/usr/bin/env node
'use strict'
// CommonJS, so that this line runs before anything starts the thread pool: file reads of a run must not queue up behind
// four threads. With many more, each statement finds the caches of another thread.
process.env.UV_THREADPOOL_SIZE ??= '8'
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { existsSync } = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const main = path.join(__dirname, '..', 'dist', 'cli', 'main.js')
if (existsSync(main)) {
  import(pathToFileURL(main).href)
    .then(({ start }) => start())
    .catch((error) => {
      console.error(error)
      process.exitCode = 70
    })
} else {
  console.error('Smelt is not built yet. Build it once with `npm run build`, then run the command again.')
  process.exitCode = 2
}
