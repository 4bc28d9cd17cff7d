// Code blocks: known languages are highlighted, and the text of the code never changes.
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, test } from 'vitest'
import { render } from '../harness/markdown.ts'
import { SAMPLES } from '../harness/markdown-samples.ts'
import { expectSafe, type Node } from '../harness/safe-html.ts'

describe('renderMarkdown, code', () => {
  test('renderMarkdown highlights the languages it knows', () => {
    expect(render('```JS title=x\nconst a = "<b>" // c\n```')).toBe(
      '<pre tabindex="0"><code class="language-js"><span class="hl-keyword">const</span> a = <span class="hl-string">&quot;&lt;b&gt;&quot; </span><span class="hl-comment">// c\n</span></code></pre>\n',
    )
    expect(render('```diff\n+a\n-b\n```')).toContain(
      '<span class="hl-inserted">+a\n</span><span class="hl-deleted">-b\n</span>',
    )
  })

  test('renderMarkdown keeps a date in YAML whole, and words with a colon', () => {
    expect(render('```yaml\ndate: 2026-03-04T08:00:00+01:00\nurl: https://a.example # b\n```')).toContain(
      '<span class="hl-variable">date</span>: 2026-03-04T08:00:00+01:00\n<span class="hl-variable">url</span>: https://a.example <span class="hl-comment"># b\n</span>',
    )
  })

  test.each('bash sh css diff html xml http js ts jsx json md markdown py sql toml yaml yml'.split(' '))(
    'keeps the text of %s code unchanged',
    (language) => {
      const code = `${SAMPLES.join('\n')}\n`
      const html = render(`~~~~~${language}\n${code}~~~~~`)
      expect(html).toMatch(/^<pre tabindex="0"><code class="language-[a-z]+">/)
      expect(textOf(parseFragment(html))).toBe(`${code}\n`)
      expectSafe(html)
    },
  )

  test('renderMarkdown leaves unknown languages and long code plain', () => {
    expect(render('```constructor\na\n```')).toBe('<pre tabindex="0"><code>a\n</code></pre>\n')
    expect(render('```x"><b>\n"\n```')).toBe('<pre tabindex="0"><code>&quot;\n</code></pre>\n')
    expect(render(`\`\`\`js\n${'const a = 1\n'.repeat(2000)}\`\`\``)).not.toContain('<span')
  })
})

function textOf(node: Node): string {
  if (node.nodeName === '#text') return (node as DefaultTreeAdapterTypes.TextNode).value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}
