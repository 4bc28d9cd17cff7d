// Replaces, in the Worker's bundle, packages that sanitize-html and htmlparser2 import but never call here: postcss
// (style attributes), parse-srcset (srcset attributes), dayjs (dates), domutils and domhandler (trees), and entities
// (character references, which markdown/references.ts hides from the parser). Every call must throw.

function absent(): never {
  throw new Error('This part of sanitize-html was left out of the bundle')
}

/** Every parser creates one, but calls it only at an `&`. */
class EntityDecoder {
  startEntity = absent
  write = absent
  end = absent
}

const nothing = {}

export default absent
export {
  absent as DomHandler,
  absent as getFeed,
  absent as parse,
  EntityDecoder,
  nothing as DecodingMode,
  nothing as htmlDecodeTree,
  nothing as xmlDecodeTree,
}
