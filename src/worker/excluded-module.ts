// Replaces, in the Worker's bundle, packages that sanitize-html and htmlparser2 import but never call here: postcss
// (style attributes), parse-srcset (srcset attributes), dayjs (dates), domutils and domhandler (trees), and entities
// (character references, which markdown/references.ts hides from the parser). Every call must throw.

function excluded(): never {
  throw new Error('This part of sanitize-html was left out of the bundle')
}

/** Every parser creates one, but calls it only at an `&`. */
class EntityDecoder {
  startEntity = excluded
  write = excluded
  end = excluded
}

const nothing = {}

export default excluded
export {
  EntityDecoder,
  excluded as DomHandler,
  excluded as getFeed,
  excluded as parse,
  nothing as DecodingMode,
  nothing as htmlDecodeTree,
  nothing as xmlDecodeTree,
}
