// The command as npm runs it: only on a Node that can, and with what was compiled kept for the next run, which halves
// the time of a short one. Written so that any Node can read it.
'use strict'
require('./node-version.cjs')
var join = require('node:path').join

if (!process.env.NODE_COMPILE_CACHE && !process.env.NODE_DISABLE_COMPILE_CACHE) {
  // Safe to delete. Threads take it from the environment, and wrangler where it is started.
  process.env.NODE_COMPILE_CACHE = join(__dirname, '../../.wrangler/dateline/compiled')
  require('node:module').enableCompileCache(process.env.NODE_COMPILE_CACHE)
}
import('./main.ts')
