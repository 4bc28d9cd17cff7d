// Stands in the bundle for what sanitize-html and htmlparser2 load and never call here: postcss reads style
// attributes and parse-srcset srcset attributes, and neither passes; dayjs reads dates; domutils searches
// trees, and domhandler grows them; entities knows the names of all characters, and markdown/references.ts
// hides every reference before the parser sees it.

function absent(): never {
  throw new Error('This part of sanitize-html was left out of the bundle')
}

/** Every parser has one, and asks it at the first `&`. */
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
