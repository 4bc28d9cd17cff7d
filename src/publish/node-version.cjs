// Stops a script on a Node that cannot run it, in one line. Written so that any Node can read it.
'use strict'
var parts = process.versions.node.split('.')
if (Number(parts[0]) < 22 || (Number(parts[0]) === 22 && Number(parts[1]) < 18)) {
  console.error(
    'Dateline needs Node 22.18 or newer, found ' +
      process.versions.node +
      '. Install Node 24 and run the command again.',
  )
  process.exit(1)
}
