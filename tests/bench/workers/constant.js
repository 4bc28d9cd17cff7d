// The yardstick: one page, with its bytes and its headers prepared once. No Worker can do less than this.

let page = null

export default {
  fetch(_, { PAGE, HEADERS }) {
    page ??= { body: new Uint8Array(PAGE), init: { headers: new Headers(HEADERS) } }
    return new Response(page.body, page.init)
  },
}
