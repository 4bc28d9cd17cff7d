// What an article's Markdown becomes, and that nothing an author can write runs, clobbers or breaks out.
// Judged by parse5 against lists of its own, never by the lists of the code under test.

import fc from 'fast-check'
import { Marked } from 'marked'
import { type DefaultTreeAdapterTypes, parse, parseFragment, serialize } from 'parse5'
import { describe, expect, test } from 'vitest'
import { Shortcuts } from '../src/markdown/shortcuts.ts'
import { CLASSES, parseMarkdown, type RenderOptions, renderMarkdown } from '../src/markdown.ts'
import { AR } from '../src/words/ar.ts'

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

const OPTIONS: RenderOptions = {
  origin: 'https://dateline.example',
  pictures: {
    'images/bridge.jpg': { address: '/media/b1/original.jpg', width: 1200, height: 800 },
    'a b.png': { address: '/media/b2/original.png', width: 40, height: 30 },
    'q.jpg?a=1&b=2': { address: '/media/b3/original.jpg?"<>', width: 4, height: 3 },
    'wide.jpg': { address: '/media/b4/1200.jpg', width: 1200, height: 800, widths: [320, 640] },
    'moving.gif': { address: '/media/b5/960.webp', width: 960, height: 640, still: '960.jpg' },
  },
}
const render = (markdown: string) => renderMarkdown(markdown, OPTIONS)
const BRIDGE = 'src="/media/b1/original.jpg" width="1200" height="800" loading="lazy" decoding="async"'
/** The same where Markdown shows it; the words are attributes. */
const bridge = (words: string) =>
  `<img src="/media/b1/original.jpg" width="1200" height="800" ${words} loading="lazy" decoding="async">`

// Code that meets the corners of the grammars.
const SAMPLES = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the sample
  'const a = `x${b.map(c => `${c}`)}` /* </script> */ // TODO "',
  '<!doctype html><style>a{b:url(c)}</style><p class="a" onclick=\'b()\'>&amp;<script>let a = /x/g</script><!-- x',
  "def f(x): return '''a''' if x else f\"{x}\" # y",
  "SELECT * FROM a WHERE b = 'c' -- d",
  '@media (x) { a:hover { color: #fff; width: calc(1px + 2%) } }',
  'GET / HTTP/1.1\nHost: x\n\n{"a": 1}',
  '```js\nlet a\n```\n**b** _c_ [d](e) <f> ~~g~~ `h`',
  '[a.b]\nc = """d"""\ne: |\n  f\n- g: !!h yes',
  '+a\n-b\n@@ 1 @@\n!c',
  'if [ -f "$A" ]; then echo $B | grep -v x && exit 1; fi # \x27',
  '/** @param {x} y [z] */ \\u0000 \u2028 😀 "unclosed',
]

// Markdown without raw HTML: everything that the renderer makes itself.
const CLEAN = [
  'a *b* **c** ~~d~~ `e<"` &amp; &lt; "f" \'g\' &eacute; \\* h  \ni',
  '# A "b" `c`',
  '## A\n\n### A',
  'A\n===',
  '> a\n>\n> > b',
  '> [!WARNING]\n> a\n>\n> - b',
  '- a\n- b\n  1. c\n\n     d',
  '5) a\n6) b',
  '- [x] a `b` [c](/d)\n- [ ] e\n  - [ ] f\n\n    g',
  '- a\n\n- b',
  '[a](https://x.org/?a=1&b=2 "t & \'u\'") <https://y.org/?a&b> www.z.org [b](#c) [d](//e.f) [g](javascript:h)',
  '![a "b"](images/bridge.jpg "C \'d\' | E & f")',
  '![a "b"](wide.jpg "C \'d\' | E & f") ![m](moving.gif)',
  '![w](wide.jpg)',
  'a ![b](images/bridge.jpg "c") [![d](images/bridge.jpg)](/e)',
  '![a](gone.jpg)',
  '![a][r] [b][r]\n\n[r]: /x "y"',
  '|a|b & "c"|d|\n|:-|:-:|-:|\n|`e`|*f*|[g](/h)|\n|i|',
  '```js\nconst a = "<b>" // \'c\'\n\n```',
  '```\n&amp;\n```',
  '    a\n\n    b',
  '~~~html\n<p class="a">b</p>\n~~~',
  'https://youtu.be/dQw4w9WgXcQ',
  '<iframe src="https://x.org/a" title="b"></iframe>',
  '<!-- a -->',
  '***',
  'a[^1] b[^2] c[^1]\n\n[^1]: d\n\n[^2]: e\n\n    - f',
  'السلام عليكم',
  '😀 \u00a0 \u200f x',
]

// Raw HTML that leaves nothing open, of one block or of several.
const WHOLE = [
  'a <kbd>b</kbd> "c" H<sub>2</sub>O <abbr title="x > y">z</abbr><br>d<wbr/>e',
  '<details open>\n<summary>A</summary>\n\n*b* "c"\n\n</details>',
  '<div class="x" onclick=y>\n\n- a\n\n  > <b>c</b>\n\n</div>',
  '<p align="center">a<br>b</p>',
  '<blockquote cite="https://x.org/"><p>a</p></blockquote>',
  '<table><tr><td align=right>a</td></tr></table>',
  '*a <b>b* c</b> d',
  '<p>a<div>b</div></p>',
  '<a href="/x">a <a href="/y">b</a></a> [c <i>d</i>](/e)',
  '<h1>a</h1>\n\n<section><label>b</label></section>',
  '| <b>a | b</b> |\n|-|-|\n| <i>c</i> | <mark>d</mark> |',
  '- <u>a\n- b</u>\n\n# <s>c</s>',
  '<img src="images/bridge.jpg" alt="a"> <img src=gone.jpg alt="b"> c',
  '<ul><li>a<li>b</li></li></ul>',
  '<div><!-- a --> b</div>',
  'a[^1] <b>c</b>\n\n[^1]: d <i>e</i>\n\n    f',
]

// Raw HTML that leaves something open, closes what is not, or is not what it seems.
const BROKEN = [
  '<div>',
  '</div>',
  '<b>a',
  'a</b> b',
  '<p>a <p>b</p>',
  '<details><summary>a</details>',
  '</summary></details>',
  '<section>',
  '</p>',
  '<td>a</td></tr></table>',
  '<table><tr>',
  '![a <b>](images/bridge.jpg) </b> c',
  'a <i> b ![</i>](images/bridge.jpg)',
  '<i>a[^1]\n\n[^1]: b</i>',
  '<div title="a\n\n# b\n\n">c',
  '<br></br>',
  '<b/>a',
  'a <em> < b </em> c <u>',
]

// Text that the rules of marked have to look at twice.
const TRICKY_TEXT = [
  'a.b+c@x.org',
  'a_b@x.org',
  '_a*b@x.org',
  'mailto:a@b.c',
  'xmpp:a@b.c/d',
  ':mailto:a@b.c',
  'http',
  'https://x.org/a_b*c',
  'FTP://x.org',
  'awww.x.org',
  '(www.x.org)',
  'www.',
  '  \n',
  '   ',
  '\n',
  '\n\n',
  '\n \n',
  '\n===\n',
  '\n   --  \n',
  '\n-\n',
  '\n    ---\n',
  '\n= =\n',
  '\n|-|\n',
  '\n:-|-\n',
  '|a|b',
  'é’ “',
  '\u2028',
  '&amp;',
  '&#42;',
  '`',
  '``',
  '~',
  '~~',
  '*',
  '**',
  '_',
  '__',
  '!',
  '![',
  '[a]',
  '](/b)',
  '<',
  '>',
  '<kbd>',
  '</kbd>',
  '<pre>',
  '</pre>',
  '\\',
  'a',
  'a b ',
  '1. ',
  '- ',
  '#',
  '\t',
]

// Broken pieces, to be put together at random.
const SCRAPS = [
  '<',
  '</',
  '>',
  '/>',
  '<p ',
  '<a ',
  '<a href=',
  '<a href="',
  '<div title="',
  "<div title='",
  '<img src="',
  '<h2 id=',
  '<!--',
  '-->',
  '--!>',
  '<![CDATA[',
  ']]>',
  '<?',
  '<!x',
  '<script>',
  '</script>',
  '<style>',
  '</style>',
  '<pre>',
  '</pre>',
  '<code>',
  '</code>',
  '<kbd>',
  '</kbd>',
  '<table>',
  '<tr>',
  '<td>',
  '</table>',
  '<p>',
  '</p>',
  '<div>',
  '</div>',
  '</main>',
  '</body>',
  '<b>',
  '</b>',
  '<a>',
  '</a>',
  '<details>',
  '</details>',
  '<summary>',
  '<li>',
  '</li>',
  '<ul>',
  '</ul>',
  '<select>',
  '<option>',
  '<svg>',
  '</svg>',
  '<math>',
  '<mtext>',
  '<template>',
  '</template>',
  '<noscript>',
  '</noscript>',
  '<title>',
  '<textarea>',
  '</textarea>',
  '<xmp>',
  '<plaintext>',
  '<iframe>',
  '<iframe src=https://x.org>',
  '</iframe>',
  '<form>',
  '</form>',
  '<button>',
  '<label>',
  '<section>',
  '</section>',
  '<aside>',
  '<input>',
  '<img src=images/bridge.jpg>',
  '<img src=x onerror=alert(1)>',
  'onerror=alert(1)',
  ' class=task',
  ' id=x',
  ' style=x',
  'javascript:alert(1)',
  '[',
  ']',
  '](',
  ')',
  '![',
  '[^1]',
  '\n\n[^1]: ',
  '`',
  '```\n',
  '> ',
  '- [ ] ',
  '|',
  '|-|\n',
  '# ',
  '&#60;',
  '&lt;',
  '&quot;',
  '&',
  '\\',
  '*',
  '_',
  '~~',
  '\t',
  '\0',
  '\x01',
  '\x0b',
  '\x0c',
  '\r',
  '\u2028',
  '\ud800',
  '<ruby>',
  '<rt>',
  '<caption>',
  '<col>',
  '<frameset>',
  '<body onload=x>',
  '</p',
]

const ATTACKS = [
  '<dl><dd><div><ruby><dl><dd><rt>a</rt></dd></dl></ruby></div></dd></dl>',
  '<ul><li><div><li>a</li></div></li></ul>',
  '<table><tr><td>a</td></tr><tr><div><table><tr><td>b</td></tr></table></div></tr></table>',
  '[a](javascript:alert(1))',
  '<a href="javascript:alert(1)">a</a>',
  '[a](JaVaScRiPt:alert(1))',
  '<a href="JaVaScRiPt:alert(1)">a</a>',
  '[a](java\tscript:alert(1))',
  '<a href="java\tscript:alert(1)">a</a>',
  '[a](java&#x09;script:alert(1))',
  '<a href="java&#x09;script:alert(1)">a</a>',
  '[a](java&Tab;script:alert(1))',
  '<a href="java&Tab;script:alert(1)">a</a>',
  '[a](&#106;avascript:alert(1))',
  '<a href="&#106;avascript:alert(1)">a</a>',
  '[a](&#x6a;&#x61;vascript:alert(1))',
  '<a href="&#x6a;&#x61;vascript:alert(1)">a</a>',
  '[a](javascript&colon;alert(1))',
  '<a href="javascript&colon;alert(1)">a</a>',
  '[a](javascript&#58;alert(1))',
  '<a href="javascript&#58;alert(1)">a</a>',
  '[a](javascript&#x3A;alert(1))',
  '<a href="javascript&#x3A;alert(1)">a</a>',
  '[a](\u0001javascript:alert(1))',
  '<a href="\u0001javascript:alert(1)">a</a>',
  '[a](&#1;javascript:alert(1))',
  '<a href="&#1;javascript:alert(1)">a</a>',
  '[a](vbscript:msgbox(1))',
  '<a href="vbscript:msgbox(1)">a</a>',
  '[a](data:text/html,<script>alert(1)</script>)',
  '<a href="data:text/html,<script>alert(1)</script>">a</a>',
  '[a](data:text/html;base64,PHNjcmlwdD4=)',
  '<a href="data:text/html;base64,PHNjcmlwdD4=">a</a>',
  '[a](blob:https://dateline.example/x)',
  '<a href="blob:https://dateline.example/x">a</a>',
  '[a](view-source:x)',
  '<a href="view-source:x">a</a>',
  '[a](jar:x)',
  '<a href="jar:x">a</a>',
  '[a](filesystem:x)',
  '<a href="filesystem:x">a</a>',
  '[a](feed:javascript:alert(1))',
  '<a href="feed:javascript:alert(1)">a</a>',
  '[a](\\javascript:alert(1))',
  '<a href="\\javascript:alert(1)">a</a>',
  '[a](//evil.example)',
  '<a href="//evil.example">a</a>',
  '[a](\\\\evil.example)',
  '<a href="\\\\evil.example">a</a>',
  '[a](/\\evil.example)',
  '<a href="/\\evil.example">a</a>',
  '[a](https:evil.example)',
  '<a href="https:evil.example">a</a>',
  '[a](https:/evil.example)',
  '<a href="https:/evil.example">a</a>',
  '[a](javascript://x.org/%0Aalert(1))',
  '<a href="javascript://x.org/%0Aalert(1)">a</a>',
  '[a](livescript:x)',
  '<a href="livescript:x">a</a>',
  '[a](mhtml:x)',
  '<a href="mhtml:x">a</a>',
  '[a](ms-its:x)',
  '<a href="ms-its:x">a</a>',
  "<a href='java\nscript:alert(1)'>a</a>",
  "<a href='java\r\nscript:alert(1)'>a</a>",
  "<a href='\n javascript:alert(1)'>a</a>",
  "<a href='&NewLine;javascript:alert(1)'>a</a>",
  "<a href='java&NewLine;script:x'>a</a>",
  "<a href=' javascript:alert(1)'>a</a>",
  "<a href='&#x20;javascript:x'>a</a>",
  "<a href='&nbsp;javascript:x'>a</a>",
  "<a href='java\u0000script:x'>a</a>",
  "<a href='java&#0;script:x'>a</a>",
  "<a href='javascript\u000b:x'>a</a>",
  '<javascript:alert(1)>',
  '<JAVASCRIPT:alert(1)//>',
  '<data:text/html,x>',
  '[a]: javascript:alert(1)\n\n[a] [b][a] ![c][a]',
  '[a]: <java&#115;cript:alert(1)>\n\n[a]',
  '![a](javascript:alert(1))',
  '![a](x"onerror="alert(1))',
  '![a](<x" onerror="alert(1)>)',
  '![x" onerror="alert(1)](images/bridge.jpg)',
  '![x" onerror="alert(1)](gone.jpg)',
  '![<img src=x onerror=alert(1)>](images/bridge.jpg)',
  '![`<img src=x onerror=alert(1)>`](gone.jpg)',
  '![a](images/bridge.jpg "x\\" onload=\\"alert(1)")',
  '![a](images/bridge.jpg "<script>alert(1)</script> | <img src=x onerror=alert(1)>")',
  "![a](images/bridge.jpg '\"><script>alert(1)</script>')",
  '[a](/b "x\\" onmouseover=\\"alert(1)")',
  '[a](/b"onmouseover="alert(1))',
  '[a](</b" onmouseover="alert(1)>)',
  '[a](/b (x"onclick=alert(1)//))',
  '[<img src=x onerror=alert(1)>](/b)',
  '[a](/b&quot;onclick=alert(1)&quot;)',
  '# <script>alert(1)</script>',
  '# a" onclick="alert(1)',
  '# <img src=x onerror=alert(1)>',
  '## `"><script>alert(1)</script>`',
  '# &quot;&gt;&lt;script&gt;',
  '# <a id="x" name="y">z</a>',
  '# constructor\n\n# __proto__\n\n# toString',
  '# location\n\n# cookie\n\n# body',
  '```"><script>alert(1)</script>\nx\n```',
  '```js"onclick="alert(1)\nx\n```',
  '```html\n<script>alert(1)</script>\n```',
  '```html\n</code></pre><script>alert(1)</script>\n```',
  '~~~</pre><img src=x onerror=alert(1)>\n</pre><img src=x onerror=alert(1)>\n~~~',
  '    </code></pre><script>alert(1)</script>',
  '`</code><script>alert(1)</script>`',
  '```__proto__\nx\n```',
  'a[^"onclick=alert(1)//]\n\n[^"onclick=alert(1)//]: b',
  'a[^<script>alert(1)</script>]\n\n[^<script>alert(1)</script>]: b',
  'a[^1]\n\n[^1]: <script>alert(1)</script>',
  'a[^1]\n\n[^1]: </li></ol></section></div><script>alert(1)</script>',
  'a[^1]\n\n[^1]: <img src=x onerror=alert(1)>[^2]\n\n[^2]: <p',
  'a[^x](javascript:alert(1))\n\n[^x]: b',
  'a[^__proto__]\n\n[^__proto__]: b',
  '|<script>alert(1)</script>|"onclick="alert(1)|\n|-|-|\n|<img src=x onerror=alert(1)>|</td></table></div>|',
  '|a|\n|:-"onclick=x:|\n|b|',
  '|<table>|</table>|\n|-|-|\n|</tr>|<td>|',
  '> [!NOTE"><script>alert(1)</script>]\n> a',
  '> [!NOTE]\n> <script>alert(1)</script>',
  '> [!NOTE]\n> </aside></div></main><b>',
  '- [x] <input autofocus onfocus=alert(1)>',
  '- [x] </label></li></ul></div><script>',
  '- <li>\n- </ul></div>',
  '<script>alert(1)</script>',
  'a <script>alert(1)</script> b',
  'a <script> <img src=x onerror=alert(1)>',
  'a <pre> <img src=x onerror=alert(1)> "b"',
  'a <kbd> &lt;script&gt;alert(1)&lt;/script&gt; <b',
  'a <code> **<img src=x onerror=alert(1)>** </code>',
  '<kbd><script>alert(1)</script></kbd>',
  'a <kbd> < img src=x onerror=alert(1) >',
  '<script>a\n\n<img src=x onerror=alert(1)>',
  'a <script\n\n>alert(1)</script>',
  '<script/src=//evil.example></script>',
  '<script src=data:,alert(1)>',
  '<SCRIPT>alert(1)</SCRIPT>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<script\f>alert(1)</script>',
  '<script >alert(1)</script >',
  '<<script>alert(1)//<</script>',
  '</script><script>alert(1)</script>',
  '<pre><script>alert(1)</script></pre>',
  '<pre>\n\n<img src=x onerror=alert(1)>\n\n</pre>',
  '[<script>](/a) alert(1) </script>',
  '[a <kbd>](/b) <i onclick=alert(1)>',
  '*<script>* alert(1)//',
  '**a<kbd>** &#60;img src=x onerror=alert(1)&#62;',
  '<img src=x onerror=alert(1)>',
  '<img/src=x/onerror=alert(1)>',
  '<img src=images/bridge.jpg onload=alert(1)>',
  '<img src="images/bridge.jpg"onload="alert(1)">',
  '<img\u000bsrc=x\u000bonerror=alert(1)>',
  '<img src=x onerror\n=alert(1)>',
  '<img src=x ONERROR="alert(1)">',
  '<img src=`x` onerror=alert(1)>',
  '<img """><script>alert(1)</script>">',
  '<img src=x:alert(1) onerror=eval(src)>',
  '<img srcset="x 1x, javascript:alert(1) 2x" src=images/bridge.jpg>',
  '<img src=images/bridge.jpg style=background:url(//evil.example)>',
  '<IMG SRC=javascript:alert(1)>',
  '<img dynsrc=javascript:x lowsrc=javascript:x>',
  '<img src=data:image/svg+xml,x usemap=#m ismap longdesc=javascript:x>',
  '<b onclick=alert(1)>a</b>',
  '<b/onclick=alert(1)>a',
  '<b \u0000onclick=alert(1)>a',
  '<b o\u0000nclick=alert(1)>a',
  '<b onclick\u0001=alert(1)>a',
  '<b\n\nonclick=alert(1)>a',
  '<p onpointerenter=alert(1) style="position:fixed;inset:0">a',
  '<details open ontoggle=alert(1)>a',
  '<a href=x onfocus=alert(1) autofocus tabindex=1 accesskey=x contenteditable>a',
  '<div =onclick=alert(1)>a',
  '<div "onclick=alert(1)>a',
  "<div '><img src=x onerror=alert(1)>'>a",
  '<div title="a>b" onclick=alert(1)>c',
  '<div title=`><img src=x onerror=alert(1)>`>',
  '<div title="`><img src=x onerror=alert(1)>">',
  '<x onclick=alert(1)>a</x>',
  '<x-y is=a onclick=alert(1)>a',
  '<p><a href="/x"<b onclick=alert(1)>',
  '<b <i onclick=alert(1)>>a',
  '</b onclick=alert(1)>',
  '<a href="javascript:alert(1)" href="/x">a</a>',
  '<a xlink:href=javascript:alert(1)>a',
  '<a href=/x ping=javascript:alert(1) target=_blank rel=opener>a</a>',
  '<q cite=javascript:alert(1)>a</q>',
  '<a href="https://dateline.example.evil.example">a</a>',
  '<p attr\u0001=x \u0001=y>a',
  '<iframe src=javascript:alert(1)></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<iframe src="https://x.org/\'onload=\'alert(1)" title="<b>\'&quot;><script>"></iframe>',
  '<iframe src=data:text/html,x>',
  '<p><iframe src=https://x.org><img src=x onerror=alert(1)></iframe>',
  '<p><iframe><iframe><script>alert(1)</script></iframe>',
  '<iframe src="https:javascript:alert(1)"></iframe>',
  '<iframe src="java\tscript:x" title="y">',
  '<object data=javascript:alert(1)><param name=x></object>',
  '<embed src=javascript:alert(1)>',
  '<applet code=x>',
  '<link rel=stylesheet href=//evil.example>',
  '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
  '<base href=//evil.example>',
  '<style>*{background:url(//evil.example)}</style>',
  '<style><img src=x onerror=alert(1)></style>',
  '<style>@import "//evil.example";',
  '<body onload=alert(1)>',
  '<html onclick=alert(1)><body class=x>',
  '<frameset onload=alert(1)><frame src=x>',
  '<marquee onstart=alert(1)>a',
  '<bgsound src=x>',
  '<video src=x onerror=alert(1)><source onerror=alert(1)></video>',
  '<audio autoplay onplay=alert(1) src=x>',
  '<video poster=javascript:x><track default src=x></video>',
  '<form action=javascript:alert(1)><input type=submit formaction=javascript:x></form>',
  '<form id=a></form><button form=a formaction=javascript:x>b',
  '<input autofocus onfocus=alert(1)>',
  '<textarea onfocus=alert(1) autofocus>',
  '<keygen onfocus=alert(1)>',
  '<isindex action=javascript:x>',
  '<dialog open onclose=alert(1)>a</dialog>',
  '<portal src=x>',
  '<layer src=x>',
  '<slot name=x>',
  '<area href=javascript:x><map name=x>',
  '<menuitem icon=javascript:x>',
  '<canvas id=x>',
  '<p popover id=x><span popovertarget=x>',
  '<a id=location name=cookie>a</a>',
  '<form id=document><input name=body></form>',
  '<img name=currentScript src=images/bridge.jpg id=x>',
  '<a id=x></a><a id=x name=y href=z>',
  '<p id="h-a">a</p>\n\n# a',
  '<p id=fn-1>a</p>[^1]\n\n[^1]: b',
  '<p id=fn-heading>a</p> b[^1]\n\n[^1]: c',
  '<p id="a b">x</p><p id="">y</p><p id="\u200b">z</p>',
  '<div id=after>a</div>',
  '<a name="h-x" id="__proto__">a</a>',
  '<svg><script>alert(1)</script></svg>',
  '<svg/onload=alert(1)>',
  '<svg><a xlink:href=javascript:alert(1)><text>a</text></a></svg>',
  '<svg><animate attributeName=href values=javascript:alert(1) /></svg>',
  '<svg></p><style><a id="</style><img src=x onerror=alert(1)>">',
  '<svg><foreignObject><p><img src=x onerror=alert(1)></p></foreignObject></svg>',
  '<svg><title><img src=x onerror=alert(1)></title></svg>',
  '<svg><desc><![CDATA[</desc><script>alert(1)</script>]]></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">',
  '<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>',
  '<math href=javascript:alert(1)>a</math>',
  '<math><maction actiontype="statusline#http://x" xlink:href="javascript:x">a',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<noscript><style></noscript><img src=x onerror=alert(1)></style>',
  '<div><noscript></div><p title="</noscript><img src=x onerror=alert(1)>">',
  '<template><script>alert(1)</script></template>',
  '<template><p></template></div></main><img src=x onerror=alert(1)>',
  '<template shadowrootmode=open><script>alert(1)</script></template>',
  '<xmp><img src=x onerror=alert(1)></xmp>',
  '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
  '<plaintext><img src=x onerror=alert(1)>',
  '<noembed><img title="</noembed><img src=x onerror=alert(1)>"></noembed>',
  '<noframes><p title="</noframes><img src=x onerror=alert(1)>">',
  '<select><template><img src=x onerror=alert(1)></template></select>',
  '<select><iframe></select><img title="</iframe><img src=x onerror=alert(1)>">',
  '<select><style></select><img src=x onerror=alert(1)></style>',
  '<option><style></option><img src=x onerror=alert(1)></style>',
  '<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>',
  '</textarea/><img src=x onerror=alert(1)>',
  '<title><p title="</title><img src=x onerror=alert(1)>"></title>',
  '<title><a href="</title><script>alert(1)</script>"></title>',
  '<style><style/><img src=x onerror=alert(1)>',
  '<iframe><p title="</iframe><img src=x onerror=alert(1)>"></iframe>',
  '<p>a<svg><p><style><g title="</style><img src=x onerror=alert(1)>">',
  '<table><style><table><img title="</style><img src=x onerror=alert(1)>">',
  '<!--><img src=x onerror=alert(1)>-->',
  '<!---><img src=x onerror=alert(1)>-->',
  '<!-- --!><img src=x onerror=alert(1)> -->',
  '<!-- a',
  'a <!-- b\n\n<img src=x onerror=alert(1)>',
  '<!--[if IE]><script>alert(1)</script><![endif]-->',
  '<!-- <!-- --> --> <img src=x onerror=alert(1)>',
  '<![CDATA[<script>alert(1)</script>]]>',
  'a <![CDATA[ > <img src=x onerror=alert(1)> ]]>',
  '<?xml-stylesheet href="javascript:alert(1)"?>',
  '<? > <img src=x onerror=alert(1)> ?>',
  '<!DOCTYPE x [<!ENTITY y "<script>alert(1)</script>">]>&y;',
  '<!x><img src=x onerror=alert(1)>',
  '</ x><img src=x onerror=alert(1)>',
  '</><img src=x onerror=alert(1)>',
  '<!---->a<!-- -->b<!--->c<!--x-->',
  '</div></main><p id=after>b</p>',
  '</div>',
  '</p></div></main></body></html>',
  '<div>',
  '<div><div><p><b><i><a href=/x>',
  '<b><p>a</b>',
  '<a href=/x>[a](/y)</a>',
  '<a href=/x>\n\n# a\n\n[b](/c)',
  '<p></div>\n\n```js\na\n```',
  '<table><div>a</table></div>',
  '<table><tr><td><div></table>a',
  '<table>\n\n# a\n\n</table>',
  '<table><a href=/x>a<table><a href=/y>b',
  '<td>a</td></tr></table>',
  '<tr><td><p>a',
  '<caption><table><caption></table>',
  '<ul><li><ul></li></ul></div>',
  '<details><summary><details></summary></div>',
  '<h2><h3>a</h2></div></h3>',
  '<button><p>a</button></p></div>',
  '<ruby><rt><rp></ruby></div>',
  '<dl><dd><dl><dt></dd></dl></div>',
  '<b><b><b><b><b><p>a</p>',
  '<a><b></a><i></b></a></i>',
  '<p title="</div></main>">a',
  '<p title="\n\n</div>\n\n# b',
  '<p title=\'\n\n</div> "c" \'\n\n> d',
  '<p \n\n![a](images/bridge.jpg)\n\n>',
  '<a href="\n\n[b](/c)\n\n">d',
  '<!--\n\n[b](/c)\n\n</div>',
  '<pre>\n\n```js\nlet a = "</pre></div>"\n```',
  '<figure>\n\n![a](images/bridge.jpg "</figure></div>")\n\n</figure></div>',
  '<nobr><nobr><p></nobr></div>',
  '<form><div></form></div></div>',
  '<sarcasm></div>',
  '<p/><div/><b/>a',
  '<br></br></p>',
  '<col><colgroup><col></table></div>',
  '<option><optgroup></select></div>',
  '<body></body></html><script>alert(1)</script>',
  '<summary><p><b></summary></div>',
]

describe('renderMarkdown, text', () => {
  test.each([
    [
      'emphasis',
      'a *b* **c** ~~d~~ `e<`',
      '<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;</code></p>\n',
    ],
    ['bare characters', `1 < 2 & "3" 'x'`, '<p>1 &lt; 2 &amp; &quot;3&quot; &#39;x&#39;</p>\n'],
    ['references', '&eacute; &amp; &#233; &copy &bogus', '<p>&eacute; &amp; é &amp;copy &amp;bogus</p>\n'],
    ['escapes', '\\*a\\* \\<b> \\&amp;', '<p>*a* &lt;b&gt; &amp;amp;</p>\n'],
    ['lists', '3. a\n4. b', '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'],
    ['quotes', '> a', '<blockquote>\n<p>a</p>\n</blockquote>\n'],
    ['breaks and rules', 'a  \nb\n\n---', '<p>a<br>b</p>\n<hr>\n'],
    ['nothing', '', ''],
    ['comments', 'a\n\n<!-- more -->\n\nb <!-- c --> d', '<p>a</p>\n<p>b  d</p>\n'],
  ])('renders %s', (_, markdown, html) => expect(render(markdown)).toBe(html))

  test('renderMarkdown keeps entities in code as written', () => {
    expect(render('`&amp;`\n\n    &lt;b>')).toBe(
      '<p><code>&amp;amp;</code></p>\n<pre tabindex="0"><code>&amp;lt;b&gt;\n</code></pre>\n',
    )
  })

  test('renderMarkdown shows NUL and lone surrogates and drops what HTML forbids', () => {
    expect(render('a\0b\ud800c\udc00 d\x0be\x1f\x7f\x85f\ufffe')).toBe('<p>a\ufffdb\ufffdc\ufffd def</p>\n')
    expect(render('&#0; &#xD800; &#1;x &#x110000; [a](/&#1;&#xDFFF;) `a\x02`')).toBe(
      '<p>\ufffd \ufffd x \ufffd <a href="/%01%EF%BF%BD">a</a> <code>a</code></p>\n',
    )
  })

  test('renderMarkdown reads CRLF, CR and LF alike', () => {
    expect(render('a\r\n\r\n- b\r\n')).toBe(render('a\n\n- b\n'))
    expect(render('a\r\r- b\r')).toBe(render('a\n\n- b\n'))
  })
})

describe('renderMarkdown, headings', () => {
  test('renderMarkdown leaves h1 to the page: all headings move down if one is of the first level', () => {
    expect(render('# A\n\n## B\n\n###### C')).toBe(
      '<h2 id="h-a">A</h2>\n<h3 id="h-b">B</h3>\n<h6 id="h-c">C</h6>\n',
    )
    expect(render('## A\n\n### B')).toBe('<h2 id="h-a">A</h2>\n<h3 id="h-b">B</h3>\n')
    expect(render('## A\n\n> # B')).toContain('<h3 id="h-a">')
    expect(render('<h1>A</h1>')).toBe('<h2>A</h2>')
  })

  test.each([
    ['Été à l’Élysée', 'été-à-lélysée'],
    ["What's *new*, `x`?", 'whats-new-x'],
    ['東京 2026', '東京-2026'],
    ['नमस्ते', 'नमस्ते'],
    ['Q&amp;A & more', 'q-a-more'],
    ['[A](/x) ![b](images/bridge.jpg)', 'a-b'],
    ['!!!', 'section'],
    ['e\u0301', 'é'],
  ])('gives the heading %s the id h-%s', (heading, id) => {
    expect(render(`## ${heading}`)).toContain(`<h2 id="h-${id}">`)
  })

  test('renderMarkdown gives no id twice, whatever headings and authors choose', () => {
    const html = render(
      '## A\n\n## A\n\n## A-1\n\n<b id="a">x</b><i id="a-1">y</i>\n\n## A\n\n## Constructor\n\n## proto',
    )
    expect([...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1])).toEqual([
      'h-a',
      'h-a-1',
      'h-a-1-1',
      'h-a-2',
      'h-a-1-2',
      'h-a-3',
      'h-constructor',
      'h-proto',
    ])
  })

  test('renderMarkdown leads links within the article to its prefixed ids', () => {
    expect(render('[a](#the-vote) [b](#) [c](#top) [d](#été)')).toBe(
      '<p><a href="#h-the-vote">a</a> <a href="#">b</a> <a href="#top">c</a> <a href="#h-%C3%A9t%C3%A9">d</a></p>\n',
    )
    expect(render('<a href="#x">a</a> <a name="x">b</a>')).toBe(
      '<p><a href="#h-x">a</a> <a id="h-x">b</a></p>\n',
    )
  })
})

describe('renderMarkdown, links', () => {
  const OUT = ' rel="external noopener"'
  test.each([
    [
      'another site',
      '[a](https://x.org/?b=1&c=2 "T &amp; U")',
      `<a href="https://x.org/?b=1&amp;c=2"${OUT} title="T &amp; U">a</a>`,
    ],
    ['this site', '[a](https://dateline.example/x)', '<a href="https://dateline.example/x">a</a>'],
    [
      'this site in capitals',
      '[a](HTTPS://DATELINE.example?x)',
      '<a href="HTTPS://DATELINE.example?x">a</a>',
    ],
    [
      'a site that looks like this one',
      '[a](https://dateline.example.org)',
      `<a href="https://dateline.example.org"${OUT}>a</a>`,
    ],
    [
      'a user that looks like this site',
      '[a](https://dateline.example@x.org)',
      `<a href="https://dateline.example@x.org"${OUT}>a</a>`,
    ],
    ['a path', '[a](/tags/x?y#z)', '<a href="/tags/x?y#z">a</a>'],
    ['a relative path', '[a](b%20c/ä)', '<a href="b%20c/%C3%A4">a</a>'],
    ['mail', '<jo@x.org>', '<a href="mailto:jo@x.org">jo@x.org</a>'],
    ['a telephone', '[a](tel:+123)', '<a href="tel:+123">a</a>'],
    ['a bare address', 'www.x.org', `<a href="http://www.x.org"${OUT}>www.x.org</a>`],
    ['no scheme but two slashes', '[a](//x.org/b)', `<a href="https://x.org/b"${OUT}>a</a>`],
    ['no scheme but backslashes', '[a](</\\x.org>)', `<a href="https://x.org"${OUT}>a</a>`],
    ['entities', '[a](/b?c=1&amp;d=&lt;)', '<a href="/b?c=1&amp;d=%3C">a</a>'],
    ['an unknown entity', '[a](javascript&colon;alert)', '<a href="javascript&amp;colon;alert">a</a>'],
    ['another scheme', '[a **b**](javascript:alert(1))', 'a <strong>b</strong>'],
    ['a scheme in capitals', '[a](JaVaScRiPt:x)', 'a'],
    ['a scheme with references', '[a](&#x6A;avascript&#58;x)', 'a'],
    ['a scheme with a tab', '[a](java&#9;script:x)', 'a'],
    ['a scheme after a control', '[a](&#1;javascript:x)', 'a'],
    ['ftp', '<ftp://x.org/>', 'ftp://x.org/'],
    ['data', '[a](data:text/html,x)', 'a'],
  ])('renders a link to %s', (_, markdown, html) => {
    expect(render(markdown)).toBe(`<p>${html}</p>\n`)
  })

  test.each([
    '[a](javascript:x)',
    '[a](JAVA&#10;SCRIPT:x)',
    '[a](vbscript:x)',
    '[a](blob:https://x.org/1)',
    '[a](file:///x)',
    '[a](x-y+z.1:q)',
    '[a](https://x.org/)',
    '[a](mailto:x@y.z)',
    '[a](tel:1)',
    '[a](/x)',
    '[a](//x.org)',
    '[a](#b)',
    '[a](?b)',
    '[a](sms:1)',
    '[a](ftp:x)',
  ])('judges %s alike in Markdown and in raw HTML', (markdown) => {
    const written = /\((.*)\)/.exec(markdown)?.[1] ?? ''
    const href = (html: string) =>
      (parseFragment(html).childNodes[0] as Element).childNodes
        .flatMap((node) => ('attrs' in node ? node.attrs : []))
        .filter(({ name }) => name !== 'title')
    expect(href(render(`<p><a href="${written}">a</a></p>`))).toEqual(href(render(markdown)))
  })
})

describe('renderMarkdown, pictures', () => {
  test('renderMarkdown makes a figure of a picture alone, with caption and credit', () => {
    expect(render('![Old *bridge* & "river"](images/bridge.jpg "A | B & C | Jo")')).toBe(
      `<figure>${bridge('alt="Old bridge &amp; &quot;river&quot;"')}<figcaption><span class="caption">A | B &amp; C</span> <span class="credit">Picture: <bdi>Jo</bdi></span></figcaption></figure>\n`,
    )
  })

  test.each([
    ['"Caption"', '<figcaption><span class="caption">Caption</span></figcaption>'],
    ['"| Credit"', '<figcaption><span class="credit">Picture: <bdi>Credit</bdi></span></figcaption>'],
    ['"Caption |"', '<figcaption><span class="caption">Caption</span></figcaption>'],
    ['"a|b"', '<figcaption><span class="caption">a|b</span></figcaption>'],
    ['" | "', ''],
    ['', ''],
  ])('renders the title %s of a figure', (title, html) => {
    expect(render(`![x](images/bridge.jpg ${title})`)).toBe(`<figure>${bridge('alt="x"')}${html}</figure>\n`)
  })

  test('renderMarkdown leaves a picture between words in its line', () => {
    expect(render('a ![x](images/bridge.jpg "T") b')).toBe(`<p>a ${bridge('alt="x" title="T"')} b</p>\n`)
  })

  test('renderMarkdown shows the words of a picture that the record does not know', () => {
    expect(render('a ![*x* & y](gone.jpg) b')).toBe('<p>a x &amp; y b</p>\n')
    expect(render('![x](gone.jpg "A | B")\n\n![](gone.jpg)')).toBe('<p>x</p>\n')
    expect(render('![x](constructor) ![y](__proto__) ![z](/media/b1/original.jpg)')).toBe('<p>x y z</p>\n')
    expect(render('<img src="gone.jpg" alt="x <b>"> <img src=toString alt=y>')).toBe(
      '<p><span>x &lt;b&gt;</span> <span>y</span></p>\n',
    )
  })

  /** A picture that is there in several sizes. */
  const wide = (words: string) => {
    const source = (ending: string) =>
      `<source type="image/${ending}" sizes="(min-width: 42rem) 38rem, 100vw" srcset="/media/b4/320.${ending} 320w, /media/b4/640.${ending} 640w">`
    const image = `<img src="/media/b4/1200.jpg" width="1200" height="800" ${words} loading="lazy" decoding="async">`
    return `<picture>${source('avif')}${source('webp')}${image}</picture>`
  }

  test('renderMarkdown offers every size of a picture, alone and in a line', () => {
    expect(render('![x](wide.jpg)')).toBe(`<figure>${wide('alt="x"')}</figure>\n`)
    expect(render('a ![x](wide.jpg "T") b')).toBe(`<p>a ${wide('alt="x" title="T"')} b</p>\n`)
  })

  test('renderMarkdown offers them beside raw HTML as well, whatever is open there', () => {
    const html = render('<div>\n\n![x](wide.jpg)\n\n<kbd>a</kbd> ![y](wide.jpg)\n\n</div>')
    expect(html).toContain(`<figure>${wide('alt="x"')}</figure>`)
    expect(html).toContain(wide('alt="y"'))
    expect(render('<b>a</b> ![x](moving.gif)')).toContain(
      '<picture><source media="(prefers-reduced-motion: reduce)" srcset="/media/b5/960.jpg"><img src="/media/b5/960.webp"',
    )
  })

  test.each([
    '<picture><source srcset="https://evil.example/x.avif"><img src="wide.jpg"></picture>',
    '<picture><source type="image/avif" srcset="//evil.example/x.avif 1w" sizes="1px"><img src="wide.jpg" srcset="https://evil.example/y 2x"></picture>',
    '<picture \x01><source \x01 \x01srcset="https://evil.example/x"><img src="wide.jpg"></picture>',
    '<picture &#1;><source &#1; &#1;srcset="https://evil.example/x"><img src="wide.jpg"></picture>',
    '<source data-x="\x01" srcset="https://evil.example/x">',
    '<img src="wide.jpg" sizes="1px" srcset="https://evil.example/x 1w" imagesrcset="https://evil.example/x 1w">',
    '<video poster="https://evil.example/x"><source src="https://evil.example/x"></video>',
    '<b title="\n\n![x](wide.jpg)\n\n"><source srcset="https://evil.example/x"></b>',
  ])('renderMarkdown takes no source from an author: %s', (raw) => {
    for (const markdown of [raw, `a ${raw} ![x](wide.jpg)`, `<div>\n\n![x](wide.jpg)\n\n${raw}\n\n</div>`]) {
      const html = render(markdown)
      const nodes = elementsIn(parseFragment(html)).filter(({ tagName }) =>
        /^(?:source|img|picture|video)$/.test(tagName),
      )
      for (const { tagName, attrs } of nodes) {
        expect(tagName !== 'source' || attrs.some(({ name }) => name === 'srcset'), html).toBe(true)
        for (const { name, value } of attrs) {
          expect(value, `${tagName} ${name} in ${html}`).not.toContain('evil')
          if (name === 'srcset' || name === 'src') expect(value).toMatch(/^\/media\/b4\//)
        }
      }
    }
  })

  test('renderMarkdown knows a picture by its src as written, also in raw HTML and by reference', () => {
    expect(render('![x][b]\n\n[b]: <a b.png>')).toContain(
      '<figure><img src="/media/b2/original.png" width="40"',
    )
    expect(render('a <img alt=x src="images/bridge.jpg" onerror=x width=9 class=y>')).toBe(
      `<p>a <img ${BRIDGE} alt="x"></p>\n`,
    )
    expect(render('![x](q.jpg?a=1&b=2)')).toContain('src="/media/b3/original.jpg?&quot;&lt;&gt;"')
    expect(render('<img src="q.jpg?a=1&amp;b=2">')).toContain('src="/media/b3/original.jpg?&quot;&lt;&gt;"')
  })
})

describe('renderMarkdown, blocks', () => {
  test('renderMarkdown puts a table into a named region and aligns without styles', () => {
    expect(
      render('| City & x | `n` |\n|:-|-:|\n| a | 1 |'),
    ).toBe(`<div class="table" role="region" tabindex="0" aria-label="City &amp; x, n">
<table>
<thead>
<tr>
<th class="align-left">City &amp; x</th>
<th class="align-right"><code>n</code></th>
</tr>
</thead>
<tbody>
<tr>
<td class="align-left">a</td>
<td class="align-right">1</td>
</tr>
</tbody>
</table>
</div>
`)
    const labels = render('|a|\n|-|\n\nx\n\n|a|\n|-|\n\nx\n\n| |\n|-|\n').match(/aria-label="[^"]*"/g)
    expect(labels).toEqual(['aria-label="a"', 'aria-label="a (2)"', 'aria-label="Table"'])
  })

  test('renderMarkdown labels the boxes of a task list with the words beside them', () => {
    expect(render('- [x] a *b*\n  - [ ] c\n- d')).toBe(`<ul>
<li class="task"><label><input type="checkbox" checked disabled> a <em>b</em></label><ul>
<li class="task"><label><input type="checkbox" disabled> c</label></li>
</ul>
</li>
<li>d</li>
</ul>
`)
    expect(render('- [ ] a\n\n  b')).toBe(
      '<ul>\n<li class="task"><p><label><input type="checkbox" disabled> a</label></p>\n<p>b</p>\n</li>\n</ul>\n',
    )
  })

  test.each(['note', 'tip', 'important', 'warning', 'caution'])('renders the alert %s', (kind) => {
    const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`
    const alert = (content: string) =>
      `<aside class="alert ${kind}">\n<p class="alert-title">${title}</p>\n${content}</aside>\n`
    expect(render(`> [!${kind.toUpperCase()}]\n> a *b*\n>\n> c`)).toBe(
      alert('<p>a <em>b</em></p>\n<p>c</p>\n'),
    )
    expect(render(`> [!${kind}]  \n> a`)).toBe(alert('<p>a</p>\n'))
    expect(render(`> [!${kind}]`)).toBe(alert(''))
    expect(render(`> [!${kind}] a`)).not.toContain('<aside')
  })

  test('renderMarkdown leaves quotes of other kinds alone', () => {
    expect(render('> [!"><script>]\n> a')).toContain('<blockquote>')
    expect(render('> a\n> [!NOTE]')).toContain('<blockquote>')
  })

  test.each([
    ['https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'YouTube'],
    ['https://m.youtube.com/watch?t=1&v=dQw4w9WgXcQ', 'YouTube'],
    ['https://youtu.be/dQw4w9WgXcQ?t=3', 'YouTube'],
    ['https://www.youtube.com/shorts/dQw4w9WgXcQ', 'YouTube'],
    ['<https://vimeo.com/123456789>', 'Vimeo'],
  ])('makes %s alone in a paragraph a link to watch', (address, service) => {
    const href = address.replace(/[<>]/g, '').replaceAll('&', '&amp;')
    expect(render(address)).toBe(
      `<p class="embed"><a rel="external noopener" href="${href}">Watch the video on ${service}</a></p>\n`,
    )
  })

  test.each([
    'See https://youtu.be/dQw4w9WgXcQ',
    '[Film](https://youtu.be/dQw4w9WgXcQ)',
    'https://www.youtube.com/@x',
    'https://x.org/youtu.be/dQw4w9WgXcQ',
    'https://youtube.com.x.org/watch?v=dQw4w9WgXcQ',
  ])('leaves %s as it is', (markdown) => expect(render(markdown)).not.toContain('embed'))

  test('renderMarkdown makes links of frames', () => {
    const link = (href: string, label: string) => `<a rel="external noopener" href="${href}">${label}</a>`
    expect(
      render(
        '<iframe width="5" src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?x" allowfullscreen></iframe>',
      ),
    ).toBe(
      `<p class="embed">${link('https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'Watch the video on YouTube')}</p>\n`,
    )
    expect(render(`<iframe title='A "map"' src=https://x.org/a?b=1&amp;c></iframe>`)).toBe(
      `<p class="embed">${link('https://x.org/a?b=1&amp;c', 'A &quot;map&quot; (x.org)')}</p>\n`,
    )
    expect(
      render('<iframe src="javascript:alert(1)"></iframe><iframe srcdoc="<script>1</script>"></iframe>'),
    ).not.toMatch(/iframe|script/)
    expect(render('<div><iframe src="//player.vimeo.com/video/12345"><p>old</p></iframe> b</div>')).toBe(
      '<div><a href="https://vimeo.com/12345" rel="external noopener">Watch the video on Vimeo</a> b</div>',
    )
  })
})

describe('renderMarkdown, pull quotations', () => {
  const quote = '<blockquote>\n<p>Words <em>lifted</em> out.</p>\n</blockquote>'

  test.each([
    ['> [!PULL]\n> Words *lifted* out.', quote],
    [
      '> [!pull]\n> Words *lifted* out.\n>\n> — **Ada**, pilot',
      `${quote}<figcaption><strong>Ada</strong>, pilot</figcaption>`,
    ],
    ['> [!pull]\n> Words *lifted* out.\n>\n> -- Ada', `${quote}<figcaption>Ada</figcaption>`],
  ])('renders %j', (markdown, html) => {
    expect(render(markdown)).toBe(`<figure class="pull">${html}</figure>\n`)
  })

  test('renderMarkdown takes a lone line with a dash for the quotation, and not for its source', () => {
    expect(render('> [!pull]\n> — no one')).toContain('<p>— no one</p>')
  })
})

describe('renderMarkdown, in another language', () => {
  const inArabic = (markdown: string): string =>
    renderMarkdown(markdown, {
      ...OPTIONS,
      words: AR,
      digits: (number) => number.toLocaleString('ar-EG'),
    })

  test("renderMarkdown speaks the article's language beside its text, and counts in its digits", () => {
    const html = inArabic('a[^1] b[^1]\n\n[^1]: note\n\n> [!NOTE]\n> c\n\nhttps://youtu.be/abcdefgh')
    expect(html).toContain(`<h2 id="fn-heading">${AR.footnotes}</h2>`)
    expect(html).toContain('role="doc-noteref">١</a>')
    expect(html).toContain(`aria-label="${AR.backToReference('١-٢')}"`)
    expect(html).toContain(`<p class="alert-title">${AR.note}</p>`)
    expect(html).toContain(`>${AR.watch('YouTube')}</a>`)
  })

  test('renderMarkdown says where a frame in raw HTML leads in that language', () => {
    expect(inArabic('<div><iframe src="https://maps.example/x"></iframe></div>')).toContain(
      `>${AR.open('maps.example')}</a>`,
    )
  })
})

describe('renderMarkdown, code', () => {
  test('renderMarkdown highlights the languages it knows', () => {
    expect(render('```JS title=x\nconst a = "<b>" // c\n```')).toBe(
      '<pre tabindex="0"><code class="language-js"><span class="hl-keyword">const</span> a = <span class="hl-string">&quot;&lt;b&gt;&quot; </span><span class="hl-comment">// c\n</span></code></pre>\n',
    )
    expect(render('```diff\n+a\n-b\n```')).toContain(
      '<span class="hl-inserted">+a\n</span><span class="hl-deleted">-b\n</span>',
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

describe('renderMarkdown, footnotes', () => {
  test('renderMarkdown numbers notes by their first reference and leads back from each', () => {
    expect(
      render('a[^x] b[^"y] c[^X]\n\n[^"y]: Y\n[^x]: X *x*\n\n    more'),
    ).toBe(`<p>a<sup class="note-ref"><a id="fnref-1" href="#fn-1" role="doc-noteref">1</a></sup> b<sup class="note-ref"><a id="fnref-2" href="#fn-2" role="doc-noteref">2</a></sup> c<sup class="note-ref"><a id="fnref-1-2" href="#fn-1" role="doc-noteref">1</a></sup></p>
<section class="footnotes" role="doc-endnotes" aria-labelledby="fn-heading">
<h2 id="fn-heading">Footnotes</h2>
<ol>
<li id="fn-1"><p>X <em>x</em></p>
<p>more\u00a0<a href="#fnref-1" role="doc-backlink" aria-label="Back to reference 1">↩\ufe0e</a>\u00a0<a href="#fnref-1-2" role="doc-backlink" aria-label="Back to reference 1-2">↩\ufe0e<sup>2</sup></a></p></li>
<li id="fn-2"><p>Y\u00a0<a href="#fnref-2" role="doc-backlink" aria-label="Back to reference 2">↩\ufe0e</a></p></li>
</ol>
</section>
`)
  })

  test('renderMarkdown finds notes that only notes refer to, and leads back to references in notes', () => {
    const html = render('a[^1]\n\n[^1]: b[^2]\n\n[^2]: c[^1]\n\n[^3]: unused')
    expect(html).not.toContain('unused')
    for (const id of ['fnref-1', 'fnref-1-2', 'fnref-2', 'fn-1', 'fn-2'])
      expect([html.split(`id="${id}"`).length, html.includes(`href="#${id}"`)]).toEqual([2, true])
  })

  test('renderMarkdown leaves references without a definition as written', () => {
    expect(render('a[^1] [^b c]: d')).toBe('<p>a[^1] [^b c]: d</p>\n')
  })

  test('renderMarkdown ends a definition where another block begins', () => {
    const notes = (rest: string) => render(`a[^1]\n\n[^1]: b\n${rest}`).split('<ol>\n')[1]
    expect(notes('c')).toContain('<p>b\nc\u00a0<a')
    for (const block of ['- c', '# c', '> c', '[^2]: c', '```\nc\n```', '\nc', '<p>c', '***'])
      expect(notes(block)).toContain('<p>b\u00a0<a')
  })

  test('renderMarkdown takes the first of two definitions', () => {
    expect(render('a[^1]\n\n[^1]: b\n\n[^1]: c')).toContain('<li id="fn-1"><p>b\u00a0<a')
  })

  test('renderMarkdown puts no link of a note into a link', () => {
    expect(render('[a[^1]](/x)\n\n[^1]: b')).toContain('<p><a href="/x">a<sup>1</sup></a></p>')
  })

  test('renderMarkdown cleans raw HTML in notes, and only there', () => {
    const html = render('a[^1] "b"\n\n[^1]: x</li></ol></section><script>1</script><kbd id=y>k')
    expect(html).toContain('&quot;b&quot;')
    expect(html).toContain('<kbd id="h-y">k</kbd>')
    expect(html).not.toContain('script')
    expectSafe(html)
  })

  test('renderMarkdown shows no label of a note', () => {
    expect(render('a[^"><b onclick=x>]\n\n[^"><b onclick=x>]: c')).not.toContain('onclick')
  })
})

describe('renderMarkdown, raw HTML', () => {
  test.each([
    [
      '<kbd>Esc</kbd> <abbr title="x">y</abbr> H<sub>2</sub>O<sup>3</sup> <mark lang=fr dir=ltr>z</mark>',
      '<p><kbd>Esc</kbd> <abbr title="x">y</abbr> H<sub>2</sub>O<sup>3</sup> <mark lang="fr" dir="ltr">z</mark></p>\n',
    ],
    [
      '<details open>\n<summary>S</summary>\n\n**b**\n\n</details>\n\nc',
      '<details open>\n<summary>S</summary><p><strong>b</strong></p>\n</details><p>c</p>\n',
    ],
    ['<dl><dt>a<dd>b</dl>', '<dl><dt>a</dt><dd>b</dd></dl>'],
    [
      '<time datetime="2026-01-02">x</time><ins cite="/a">b</ins><del cite="javascript:x">c</del><q cite="//x.org">d</q>',
      '<p><time datetime="2026-01-02">x</time><ins cite="/a">b</ins><del>c</del><q cite="https://x.org">d</q></p>\n',
    ],
    [
      '<table><tr><th scope=col colspan=2 align=RIGHT style=x>a<td rowspan=x align="left onload">b</table>',
      '<table><tr><th scope="col" colspan="2" class="align-right">a</th><td>b</td></tr></table>',
    ],
    ['a<br/>b<wbr>c', '<p>a<br>b<wbr>c</p>\n'],
    [
      '<div class="alert note" style="x" id=nav role=main tabindex=0 aria-label=x hidden onclick=x>a</div>',
      '<div id="h-nav">a</div>',
    ],
    ['<pre class="x">a  b</pre>', '<pre tabindex="0">a  b</pre>'],
    ['<center><font color=red>a</font> <strike>b</strike></center>', 'a <s>b</s>'],
    [
      '<section>a</section><label>b</label><aside>c</aside><input name=x autofocus>d',
      '<div>a</div><span>b</span><div>c</div><span></span>d',
    ],
    ['<form action=/x><button formaction=javascript:x>a</button></form>', 'a'],
    [
      '<a href="https://x.org" target=_blank rel=opener download ping=/x>a</a>',
      '<p><a href="https://x.org" rel="external noopener">a</a></p>\n',
    ],
    [
      '<ol start=3 reversed type=a><li value=7>x</ol>',
      '<ol start="3" reversed type="a"><li value="7">x</li></ol>',
    ],
    ['a <script>b</script><style>c</style> d', '<p>a  d</p>'],
    ['<kbd>a <b c</kbd>', '<p><kbd>a &lt;b c</kbd></p>'],
    ['<kbd>a < b &lt; "c" &amp; d</kbd>', '<p><kbd>a &lt; b &lt; &quot;c&quot; &amp; d</kbd></p>\n'],
    [
      '<figure><img src="images/bridge.jpg" alt="x"><figcaption>a <cite>b</cite></figcaption></figure>',
      `<figure><img ${BRIDGE} alt="x"><figcaption>a <cite>b</cite></figcaption></figure>`,
    ],
  ])('cleans %s', (markdown, html) => expect(render(markdown).trimEnd()).toBe(html.trimEnd()))

  // Cleaning shows by the quotation marks, which it does not escape.
  test.each([
    ['blocks that are whole in themselves alone', '"-" <b>x</b>"+" "-" <i>y</i>"+" "-"'],
    ['from a tag to its end tag', '"-" <div> "+" <b>x</b>"+" </div> "-" <i>y</i>"+"'],
    ['from a tag of Markdown to its end tag', '"-" <b>x "+" y</b> "-"'],
    ['as often as a tag is open', '<div> "+" <div> "+" </div> "+" </div> "-"'],
    ['from a tag without an end to the last', '<i>x</i> "-" <div> "+" <b>x</b>"+" </p> "-"'],
    ['to the last where tags overlap', '<div> "+" <section> "+" </div> "+" <b>y</b> "-"'],
    ['on after an end tag without a beginning', '</div> "-" <div> "+" </div> "-"'],
    ['to the last after what it cannot follow', '<svg></svg> "+" <b>x</b> "-"'],
    ['to the last after a script', 'a<script>b</script>c "+" <b>x</b> "-"'],
    ['to the last after a declaration', '<!x> "+" <b>x</b> "-"'],
    ['no comment', '<!-- a --> "-" x<!-- b --> "-"'],
    ['to the last after a comment that ends early', '<div><!--a--!>--></div> "+" <b>x</b> "-"'],
    ['past the words of a picture', '<div> ![</div>](images/bridge.jpg) "+" </div> "-"'],
  ])('renderMarkdown cleans %s', (_, blocks) => {
    // Cleaning turns this reference into its character, and Markdown leaves it.
    const html = render(
      blocks.replaceAll(' ', '\n\n').replaceAll('"+"', 'clean&nbsp;').replaceAll('"-"', 'not&nbsp;'),
    )
    const shown = html.match(/(?:clean|not)(?:&nbsp;|\u00a0)/g)
    const wanted = blocks.match(/"[+-]"/g)?.map((mark) => (mark === '"+"' ? 'clean\u00a0' : 'not&nbsp;'))
    expect(shown).toEqual(wanted)
  })

  test.each([
    [
      'in the text, by name',
      '<kbd>&hellip;&eacute;&NotEqualTilde;</kbd>',
      '<kbd>&hellip;&eacute;&NotEqualTilde;</kbd>',
    ],
    ['in the text, by number', '<kbd>&#233;&#x2026;&#60;&#38;lt;</kbd>', '<kbd>é…&lt;&amp;lt;</kbd>'],
    [
      'without an end',
      '<kbd>&lt &copy &#60 a & b &; &amp</kbd>',
      '<kbd>&amp;lt &amp;copy &amp;#60 a &amp; b &amp;; &amp;amp</kbd>',
    ],
    ['that no document may hold', '<kbd>a&#1;&#2;&#0;b</kbd>', '<kbd>a\ufffdb</kbd>'],
    [
      'in a title',
      '<abbr title="caf&eacute; &amp; &quot;bar&quot;&#33;">x</abbr>',
      '<abbr title="caf&eacute; &amp; &quot;bar&quot;!">x</abbr>',
    ],
    [
      'in an address',
      '<a href="/a?b=1&amp;c=2&d=3&eacute;=4">x</a>',
      '<a href="/a?b=1&amp;c=2&amp;d=3&amp;eacute;=4">x</a>',
    ],
    ['in a name', '<i id="a&eacute;">x</i><i id="b&#233;">x</i>', '<i>x</i><i id="h-bé">x</i>'],
    [
      'in words of Markdown beside it',
      '<kbd>a</kbd> &hellip; `&hellip;` [b](/c?d&amp;e)',
      '<kbd>a</kbd> &hellip; <code>&amp;hellip;</code> <a href="/c?d&amp;e">b</a>',
    ],
  ])('renderMarkdown keeps references %s', (_, markdown, html) => {
    expect(render(markdown)).toBe(`<p>${html}</p>\n`)
    expectSafe(render(markdown))
  })

  test('renderMarkdown keeps a reference in the words of a picture', () => {
    const html = render('<p><img src="images/bridge.jpg" alt="A caf&eacute; &amp; &lt;bridge&gt;"></p>')
    expect(html).toContain('alt="A caf&eacute; &amp; &lt;bridge&gt;"')
    expect(html).toContain(BRIDGE)
    expect(render('<p><img src="gone.jpg" alt="A caf&eacute; &amp; &lt;bridge&gt;"></p>')).toContain(
      '<span>A caf&eacute; &amp; &lt;bridge&gt;</span>',
    )
  })

  test('renderMarkdown shows every reference as a browser reads it', () => {
    const name = fc.constantFrom(
      'amp',
      'lt',
      'gt',
      'quot',
      'apos',
      'nbsp',
      'eacute',
      'colon',
      'Tab',
      'NotEqualTilde',
    )
    const reference = fc.oneof(
      name.map((name) => `&${name};`),
      fc.integer({ min: 0x20, max: 0x7e }).map((code) => `&#${code};`),
      fc.integer({ min: 0xa1, max: 0xd7ff }).map((code) => `&#x${code.toString(16)};`),
      fc.constantFrom('a', 'é', ' b ', 'amp;', '#38;', '&amp;lt;', '&amp;#38;'),
    )
    fc.assert(
      fc.property(fc.array(reference, { minLength: 1, maxLength: 12 }), (references) => {
        const written = references.join('')
        const html = render(`<kbd title="${written}">${written}</kbd>`)
        expect(domOf(html)).toBe(domOf(`<p><kbd title="${written}">${written}</kbd></p>`))
        expectSafe(html)
      }),
      { numRuns: 400, seed: 17 },
    )
  })

  test('renderMarkdown cleans whole blocks apart as it would clean them together', () => {
    const block = fc.oneof(fc.constantFrom(...WHOLE), fc.constantFrom(...CLEAN))
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 7 }), (blocks) => {
        const markdown = blocks.join('\n\n')
        expect(withoutIds(domOf(render(markdown)))).toBe(withoutIds(domOf(renderCleaned(markdown))))
        expectSafe(render(markdown))
      }),
      { numRuns: 400, seed: 13 },
    )
  })

  test('renderMarkdown cleans any blocks apart as it would clean them together', () => {
    const block = fc.oneof(
      ...[WHOLE, WHOLE, CLEAN, BROKEN, ATTACKS].map((blocks) => fc.constantFrom(...blocks)),
      fc.array(fc.constantFrom(...SCRAPS), { maxLength: 4 }).map((scraps) => scraps.join('')),
    )
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 6 }), (blocks) => {
        const markdown = blocks.join('\n\n')
        const together = render(`<script></script>\n\n${markdown}`)
        expect(withoutIds(domOf(render(markdown)))).toBe(withoutIds(domOf(together)))
        expectSafe(render(markdown))
      }),
      { numRuns: 500, seed: 17 },
    )
  })

  test('renderMarkdown gives ids in the order of the text, in raw HTML and in headings', () => {
    expect(render('<b id=a>x</b>\n\n## A\n\n<i id=a>y</i>').match(/ id="[^"]+"/g)).toEqual([
      ' id="h-a"',
      ' id="h-a-1"',
      ' id="h-a-2"',
    ])
  })

  test.each([
    '<p id=a \n\n# H',
    '<p class="task" id="b\n\n# H\n\n">',
    "<p class='task' id='b\n\n# It's\n\n'>",
    '<a id=x class=note <iframe src="https://x.org">',
    '<p class=task\n\n```js\nlet a\n```\n\n>',
    '<p \x01 class=task id=z>',
    '<p &#1; class=task id=z>',
    '<p\x01class=task>',
    '<P/\x01/CLASS=task>',
  ])('lets no author pass for the renderer by %s', (markdown) => {
    // The second piece of raw HTML makes one stretch of all that stands between.
    for (const element of elementsIn(parseFragment(render(`${markdown}\n\n<b>c</b>`)))) {
      const names = element.attrs.map(({ name }) => name)
      if (names.includes('id')) expect(attribute(element, 'id')).toMatch(/^h-/)
      if (!['pre', 'code', 'span'].includes(element.tagName)) expect(names).not.toContain('class')
    }
  })

  test('renderMarkdown closes tags by their own names after tags that were dropped or renamed', () => {
    for (const tag of [
      'section',
      'label',
      'aside',
      'svg',
      'form',
      'h1',
      'iframe',
      'img',
      'input',
      'x-y',
      'template',
      'select',
    ])
      expect(render(`<div><${tag}>a</${tag}><b>c</b></div><i>d</i>`)).toContain('<b>c</b></div><i>d</i>')
  })

  test.each(CLEAN)('renders %j alike with cleaning and without', (markdown) => {
    expect(domOf(renderCleaned(markdown))).toBe(domOf(render(markdown)))
  })

  test('renderMarkdown renders any mix without raw HTML alike with cleaning and without, and validly', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CLEAN), { minLength: 1, maxLength: 6 }), (blocks) => {
        const markdown = blocks.join('\n\n')
        const html = render(markdown)
        expect(domOf(renderCleaned(markdown))).toBe(domOf(html))
        expect(parseErrors(html)).toEqual([])
        expectSafe(html)
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})

describe('renderMarkdown, attacks', () => {
  test('the corpus has at least 150 attacks, each once', () => {
    expect(new Set(ATTACKS).size).toBe(ATTACKS.length)
    expect(ATTACKS.length).toBeGreaterThanOrEqual(150)
  })

  test.each(ATTACKS)('renders nothing but an article from %j', (attack) => {
    expectSafe(render(attack))
    expectSafe(
      render(
        `a\n\n${attack}\n\n# b\n\n[c](/d) ![e](images/bridge.jpg) <kbd>f</kbd>\n\n\`\`\`js\nlet g\n\`\`\``,
      ),
    )
    for (const prefix of ['> ', '- ', '| ', '# ', '    ', '[^1]\n\n[^1]: '])
      expectSafe(render(prefix + attack.replaceAll('\n', `\n${prefix}`)))
  })

  test('renderMarkdown renders nothing but an article from any mix of attacks', () => {
    const piece = fc.oneof(
      fc.constantFrom(...ATTACKS),
      fc.constantFrom(...CLEAN),
      fc.constantFrom(...SCRAPS),
      fc.constantFrom(...SCRAPS),
      fc.string({ maxLength: 4, unit: 'binary' }),
    )
    const glue = fc.constantFrom('', '', ' ', '\n', '\n\n', '\n> ', '\n- ', '\n\n    ', '|', '"', "'")
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, glue), { minLength: 1, maxLength: 9 }), (pieces) => {
        expectSafe(render(pieces.flat().join('')))
      }),
      { numRuns: 500, seed: 11 },
    )
  })

  test('renderMarkdown answers any characters with an article', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => expectSafe(render(text))),
      { numRuns: 400, seed: 3 },
    )
  })
})

describe('Shortcuts', () => {
  test('Shortcuts reads every text as marked does without', () => {
    const tokens = (tokenizer: Shortcuts | undefined, text: string) =>
      JSON.stringify(new Marked().lexer(text, { gfm: true, ...(tokenizer && { tokenizer }) }))
    const same = (text: string) => {
      expect(tokens(new Shortcuts(), text)).toBe(tokens(undefined, text))
    }
    for (const text of [...CLEAN, ...ATTACKS, ...WHOLE, ...BROKEN, ...SAMPLES]) same(text)
    same(`${'a\n'.repeat(30)}===\n`)
    const piece = fc.oneof(
      ...[TRICKY_TEXT, TRICKY_TEXT, TRICKY_TEXT, SCRAPS, CLEAN].map((pieces) => fc.constantFrom(...pieces)),
      fc.string({ maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => same(pieces.join(''))),
      { numRuns: 5000, seed: 19 },
    )
  })
})

describe('renderMarkdown, robustness', () => {
  test('renderMarkdown keeps nothing from one article to the next, whatever the first did', () => {
    const markdown = '# A\n\na[^1]\n\n|a|\n|-|\n\n<b id=a>x</b>\n\n[^1]: b'
    const fresh = render(markdown)
    expect(render(markdown)).toBe(fresh)
    render('# A\n\n# A\n\nx[^1][^2] <a href=x>[^1]: [\n\n[^1]: c\n\n[^2]: <pre><script>')
    parseMarkdown('x[^1] ![a](b)\n\n[^1]: c').pictures()
    expect(() => render(`[^1] <script>\n\n[^1]: a\n\n${'>'.repeat(20_000)} a`)).toThrow(RangeError)
    expect(render(markdown)).toBe(fresh)
    expect(render('a[^1]')).toBe('<p>a[^1]</p>\n')
  })

  test('renderMarkdown bounds how deep raw HTML may nest, and keeps its words', () => {
    const html = render(`${'<div>'.repeat(300)}a`)
    expect([html.split('<div>').length - 1, html.includes('a')]).toEqual([250, true])
  })

  test('renderMarkdown does not change its options', () => {
    const pictures = Object.freeze({ 'a.jpg': Object.freeze({ address: '/m', width: 1, height: 2 }) })
    expect(renderMarkdown('![x](a.jpg)', Object.freeze({ origin: 'https://x.org/', pictures }))).toContain(
      '<figure>',
    )
    expect(renderMarkdown('[a](https://x.org/b)', { origin: 'https://x.org/', pictures })).not.toContain(
      'rel',
    )
  })

  test.each([
    ['open tags', '<div>'.repeat(2000)],
    ['closing tags', '</div>'.repeat(2000)],
    ['brackets', '[^'.repeat(2000)],
    ['backticks', '`'.repeat(5000)],
    ['comments', '<!--'.repeat(2000)],
    ['dashes in a comment', `<!--${' -'.repeat(5000)}`],
    ['attributes of a frame', `<iframe${' a'.repeat(3000)}`],
    ['a definition before blank lines', `[^1]\n\n[^1]: a${'\n    '.repeat(3000)}`],
    ['frames', '<iframe>'.repeat(500)],
    ['ampersands', '&'.repeat(5000)],
    ['spaces', `a${' '.repeat(5000)}b`],
    ['blocks without blank lines', 'a\n***\n'.repeat(3000)],
    ['blocks with raw HTML', 'a <b>b</b>\n\n'.repeat(1000)],
    ['attributes without an end', `<p${' a=b'.repeat(3000)}`],
  ])('renders many %s in time', (_, markdown) => {
    const start = performance.now()
    expectSafe(render(markdown))
    expect(performance.now() - start).toBeLessThan(3000)
  })
})

describe('the pictures of a text', () => {
  const picturesIn = (markdown: string) =>
    parseMarkdown(markdown)
      .pictures()
      .map(({ isBare: _, ...picture }) => picture)
  const found = (markdown: string) =>
    picturesIn(markdown).map(({ src, offset }) => [src, markdown.slice(offset, offset + src.length)])
  const alike = (...sources: string[]) => sources.map((src) => [src, src])

  test('are found in order, each where it is written', () => {
    expect(picturesIn('![a](b.jpg)')).toEqual([{ src: 'b.jpg', alt: 'a', offset: 5 }])
    expect(
      found('![a.jpg](a.jpg "a.jpg") *![b](<b c.jpg>)*\n\n[![c](c.jpg)](d.jpg)\n\n# ![e](e.jpg)'),
    ).toEqual(alike('a.jpg', 'b c.jpg', 'c.jpg', 'e.jpg'))
  })

  test('are found in quotes, lists, tables and notes', () => {
    const markdown =
      '> a\n> > b ![c](c.jpg)\n\n- a\n  - ![d](d.jpg)\n\n|a|\n|-|\n|![e](e.jpg)|\n\n[^1]\n\n[^1]: x\n    ![f](f.jpg)'
    expect(found(markdown)).toEqual(alike('c.jpg', 'd.jpg', 'e.jpg', 'f.jpg'))
    expect(picturesIn(markdown).map(({ offset }) => offset)).toEqual(
      ['c.jpg', 'd.jpg', 'e.jpg', 'f.jpg'].map((src) => markdown.indexOf(src)),
    )
  })

  test('are not seen in code, comments and escapes', () => {
    const markdown =
      '```\n![a](a.jpg)\n```\n\n    ![a](a.jpg)\n\n`![a](a.jpg)` \\![a](a.jpg) <!-- ![a](a.jpg) <img src=a.jpg> -->\n\n> ~~~\n> ![a](a.jpg)\n> x\n> ~~~\n> `![a](a.jpg)` ![a](a.jpg)'
    expect(picturesIn(markdown)).toEqual([{ src: 'a.jpg', alt: 'a', offset: markdown.lastIndexOf('a.jpg') }])
  })

  test('are named by the src of a reference where it is defined', () => {
    const markdown = 'b.jpg ![a][x] ![x] ![b](c.jpg)\n\n`[x]: b.jpg`\n\n[x]: b.jpg "T"'
    const defined = markdown.lastIndexOf('b.jpg')
    expect(picturesIn(markdown)).toEqual([
      { src: 'b.jpg', alt: 'a', offset: defined },
      { src: 'b.jpg', alt: 'x', offset: defined },
      { src: 'c.jpg', alt: 'b', offset: markdown.indexOf('c.jpg') },
    ])
  })

  test('are found in raw HTML by the src that rendering looks up', () => {
    const markdown =
      'x <IMG alt="a>b" src = \'b.jpg\'>\n\n<figure title="c.jpg"><img src=c.jpg><img src="d&amp;e.jpg"></figure>\n\n<script><img src=f.jpg></script><img>'
    expect(picturesIn(markdown).map(({ src }) => src)).toEqual(['b.jpg', 'c.jpg', 'd&e.jpg'])
    expect(found('<img src=c.jpg> ![a](c.jpg)')).toEqual(alike('c.jpg', 'c.jpg'))
    const pictures = { 'd&e.jpg': { address: '/m', width: 1, height: 1 } }
    expect(renderMarkdown(markdown, { ...OPTIONS, pictures })).toContain('src="/m"')
  })

  test.each([
    ['![A *b* `c` & &quot;d&quot;](e.jpg)', 'A b c & "d"'],
    ['![](e.jpg)', ''],
    ['![ ](e.jpg)', ''],
    ['![a][b]\n\n[b]: e.jpg', 'a'],
    ['<img src=e.jpg alt="a &lt; b">', 'a < b'],
    ['<img src=e.jpg alt>', ''],
    ['<img src=e.jpg>', ''],
  ])('have the words of %s', (markdown, alt) => {
    expect(picturesIn(markdown).map((picture) => picture.alt)).toEqual([alt])
  })

  test('are counted in the text as it was given', () => {
    for (const markdown of [
      'a\r\nb\r\n\r\n![c](c.jpg)\r\n',
      '\x02a\x03 ![c](c.jpg)',
      'a\rb 😀 ![c](c.jpg)',
      '\0\ud800 ![c](c.jpg)',
      '# a\n\n\tb\n\n-\tx\n\n\t![c](c.jpg)',
    ])
      expect(picturesIn(markdown)).toEqual([{ src: 'c.jpg', alt: 'c', offset: markdown.indexOf('c.jpg') }])
  })

  test('are found whatever stands between their signs', () => {
    const parts = [
      '!',
      '[',
      'a',
      ']',
      '(',
      'x.png',
      ')',
      '[a]: x.png',
      '<img',
      '<IMG',
      ' src="x.png">',
      '<',
      'img',
    ]
    const signs = [
      '\n',
      '\r',
      '\t',
      '> ',
      '- ',
      '|',
      '`',
      '\\',
      '&#33;',
      '\0',
      '\x01',
      '\ufdd0',
      '\ud800',
      '    ',
    ]
    const text = fc.array(fc.constantFrom(...parts, ...signs), { maxLength: 12 }).map((all) => all.join(''))
    const examples: [string][] = [
      ['!\x01[a](x.png)'],
      ['<i\ufdd0mg src="x.png">'],
      ['> !\x7f[a]\n\n[a]: x.png'],
    ]
    const pictures = { 'x.png': { address: '/m', width: 1, height: 1 } }
    const isShown = (markdown: string) =>
      renderMarkdown(markdown, { ...OPTIONS, pictures }).includes('src="/m"')
    for (const [markdown] of examples) expect(isShown(markdown), JSON.stringify(markdown)).toBe(true)
    fc.assert(
      fc.property(text, (markdown) => {
        const isFound = picturesIn(markdown).length > 0
        expect(isShown(markdown) && !isFound, JSON.stringify(markdown)).toBe(false)
      }),
      { numRuns: 3_000, examples },
    )
  })

  test('are all that rendering shows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...CLEAN, ...ATTACKS), { minLength: 1, maxLength: 5 }),
        (blocks) => {
          const markdown = blocks.join('\n\n')
          const known = new Set(picturesIn(markdown).map(({ src }) => src))
          const shown = elementsIn(parseFragment(render(markdown))).filter(({ tagName }) => tagName === 'img')
          for (const image of shown) {
            const src =
              Object.keys(OPTIONS.pictures).find(
                (key) => OPTIONS.pictures[key]?.address === attribute(image, 'src'),
              ) ?? 'none'
            expect(known).toContain(src)
          }
        },
      ),
      { numRuns: 300, seed: 5 },
    )
  })
})

// What an article may hold, as this judge sees it.
const ELEMENTS = new Set(
  `a abbr address aside b bdi bdo blockquote br caption cite code col colgroup data dd del details dfn div dl dt em
  figcaption figure h2 h3 h4 h5 h6 hr i img input ins kbd label li mark ol p picture pre q rb rp rt rtc ruby s samp
  section small source span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr`.split(
    /\s+/,
  ),
)
const ATTRIBUTES = new Set(
  `alt aria-label aria-labelledby checked cite class colspan datetime decoding dir disabled height href id lang loading open
  media rel reversed role rowspan scope sizes span src srcset start tabindex title translate type value width`.split(
    /\s+/,
  ),
)
const ROLES = ['doc-noteref', 'doc-backlink', 'doc-endnotes', 'region']
const ADDRESSES = Object.values(OPTIONS.pictures).map(({ address }) => address)

/** Fails unless the HTML stays in the element it is put into, holds nothing but what an article may hold, and is nested by a browser as it is written. */
function expectSafe(html: string): void {
  const page = `<!doctype html><title>t</title><main><div>${html}</div><p id=after>after</p></main>`
  for (const scriptingEnabled of [true, false]) {
    const document = parse(page, { scriptingEnabled })
    expect(faultsIn(document), html).toEqual([])
    expect(tagsIn(serialize(parseFragment(html))), html).toEqual(tagsIn(html))
    // An archive or a reader's editor may write it out and parse it again.
    expect(faultsIn(parse(serialize(document), { scriptingEnabled })), html).toEqual([])
  }
}

/** The tags as written, without those that a browser adds to a table. */
function tagsIn(html: string): string[] {
  return [...html.matchAll(/<\/?([a-z]+\d?)/g)]
    .map(([tag]) => tag)
    .filter((tag) => !/tbody|colgroup/.test(tag))
}

function faultsIn(document: DefaultTreeAdapterTypes.Document): string[] {
  const faults: string[] = []
  const main = elementsIn(document).find(({ tagName }) => tagName === 'main')
  const [body, after, ...more] = main?.childNodes ?? []
  const whole = '<html><head><title>t</title></head><body><main><div>'
  if (!serialize(document).replace('<!DOCTYPE html>', '').startsWith(whole))
    faults.push('something stands before the article')
  if (!serialize(document).endsWith('</div><p id="after">after</p></main></body></html>'))
    faults.push('what follows the article has changed')
  if (body === undefined || after === undefined || more.length > 0)
    return [...faults, 'the article has broken out']
  const inside = elementsIn(body).slice(1)
  const ids = inside.flatMap((element) => attribute(element, 'id') ?? [])
  if (new Set([...ids, 'after']).size !== ids.length + 1) faults.push(`an id is there twice: ${ids}`)
  for (const element of inside) faults.push(...faultsOf(element))
  return faults
}

function faultsOf(element: Element): string[] {
  const { tagName, attrs, namespaceURI } = element
  const faults: string[] = []
  if (!ELEMENTS.has(tagName) || namespaceURI !== 'http://www.w3.org/1999/xhtml') faults.push(`<${tagName}>`)
  for (const { name, value } of attrs)
    if (!isAllowed(element, name, value)) faults.push(`<${tagName} ${name}="${value}">`)
  const required: Record<string, string[]> = {
    img: ['src', 'alt', 'width', 'height', 'loading', 'decoding'],
    input: ['type', 'disabled'],
    source: ['srcset'],
  }
  for (const name of required[tagName] ?? [])
    if (attribute(element, name) === undefined) faults.push(`<${tagName}> without ${name}`)
  return faults
}

/** What only our own renderer makes. */
function isOwnSource(name: string, value: string): boolean {
  if (name === 'sizes') return value === '(min-width: 42rem) 38rem, 100vw'
  if (name === 'media') return value === '(prefers-reduced-motion: reduce)'
  if (name === 'type') return value === 'image/avif' || value === 'image/webp'
  return (
    name === 'srcset' &&
    value.split(', ').every((one) => /^\/media\/b[45]\/\d+\.(?:avif|webp|jpg)(?: \d+w)?$/.test(one))
  )
}

function isAllowed(element: Element, name: string, value: string): boolean {
  if (!ATTRIBUTES.has(name)) return false
  if (name === 'id') return /^(?:h-|fn-|fnref-)\S+$/.test(value)
  if (name === 'class') return value.split(' ').every((name) => CLASSES.includes(name))
  if (name === 'role') return ROLES.includes(value)
  if (name === 'tabindex') return value === '0'
  if (element.tagName === 'source') return isOwnSource(name, value)
  if (['media', 'sizes', 'srcset'].includes(name)) return false
  if (name === 'type') return element.tagName === 'ol' || value === 'checkbox'
  if (name === 'src') return ADDRESSES.includes(value)
  if (name !== 'href' && name !== 'cite') return true
  const base = 'https://dateline.example/articles/x'
  if (!URL.canParse(value, base)) return true
  const { protocol, host } = new URL(value, base)
  if (name === 'href' && protocol.startsWith('http') && host !== 'dateline.example')
    return attribute(element, 'rel') === 'external noopener'
  return ['http:', 'https:', 'mailto:', 'tel:'].includes(protocol)
}

function elementsIn(node: Node): Element[] {
  const own = 'tagName' in node ? [node] : []
  return 'childNodes' in node ? [...own, ...node.childNodes.flatMap(elementsIn)] : own
}

function attribute(element: Element, wanted: string): string | undefined {
  return element.attrs.find(({ name }) => name === wanted)?.value
}

function textOf(node: Node): string {
  if (node.nodeName === '#text') return (node as DefaultTreeAdapterTypes.TextNode).value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

/** The same article with raw HTML at both ends, so that all between is cleaned. */
function renderCleaned(markdown: string): string {
  return render(`<script></script>\n\n${markdown}\n\n<script></script>`)
}

/** Without the ids of an author's names and headings, which are given in the order of cleaning. */
function withoutIds(html: string): string {
  return html.replace(/ id="h-[^"]*"/g, ' id')
}

/** The tree as text, whatever way it was written; blanks between blocks are cleaning's to change. */
function domOf(html: string): string {
  return serialize(parseFragment(html)).trim().replace(/>\s+</g, '><')
}

function parseErrors(html: string): string[] {
  const errors: string[] = []
  parse(`<!doctype html><main><div>${html}</div></main>`, { onParseError: ({ code }) => errors.push(code) })
  return errors
}
