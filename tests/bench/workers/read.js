// The floor under every walk: what workerd's stand-in for KV costs by itself. The path is the key.
export default {
  async fetch(request, env) {
    const key = new URL(request.url).pathname.slice(1)
    const record = await env.ARTICLES.get(key, { type: 'json', cacheTtl: 86_400 })
    return new Response(record.slug, { headers: { 'content-type': 'text/html; charset=utf-8' } })
  },
}
