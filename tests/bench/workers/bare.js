// The least that can be done with an article: read it from KV, and give its text to marked. The path is the key.
import { marked } from 'marked'

export default {
  async fetch(request, env) {
    const key = new URL(request.url).pathname.slice(1)
    const record = await env.ARTICLES.get(key, { type: 'json', cacheTtl: 86_400 })
    return new Response(marked.parse(record.body), {
      headers: { 'content-type': 'text/html; charset=utf-8' },
    })
  },
}
