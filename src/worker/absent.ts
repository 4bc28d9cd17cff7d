// Stands in the bundle for what sanitize-html and htmlparser2 load and never call here: postcss reads style
// attributes and parse-srcset srcset attributes, and neither passes; dayjs reads dates; domutils searches
// trees, and domhandler grows them.

function absent(): never {
  throw new Error('This part of sanitize-html was left out of the bundle')
}

export default absent
export { absent as DomHandler, absent as getFeed, absent as parse }
