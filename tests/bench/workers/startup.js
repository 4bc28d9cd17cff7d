// Evaluates the Worker's bundle when it is asked to, so that what that costs can be told from workerd's own start.
export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname === '/start') await import(env.BUNDLE)
    return new Response('ok')
  },
}
