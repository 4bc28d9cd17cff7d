// Code blocks with syntax highlighting. Grammars must be imported statically, because rendering is synchronous.
// The code's text is always output unchanged and escaped, even if a grammar is wrong.

import bash from '@speed-highlight/core/languages/bash.js'
import css from '@speed-highlight/core/languages/css.js'
import diff from '@speed-highlight/core/languages/diff.js'
import html from '@speed-highlight/core/languages/html.js'
import http from '@speed-highlight/core/languages/http.js'
import js from '@speed-highlight/core/languages/js.js'
import jsdoc from '@speed-highlight/core/languages/jsdoc.js'
import json from '@speed-highlight/core/languages/json.js'
import md from '@speed-highlight/core/languages/md.js'
import py from '@speed-highlight/core/languages/py.js'
import regex from '@speed-highlight/core/languages/regex.js'
import sql from '@speed-highlight/core/languages/sql.js'
import toml from '@speed-highlight/core/languages/toml.js'
import ts from '@speed-highlight/core/languages/ts.js'
import xml from '@speed-highlight/core/languages/xml.js'
import yaml from '@speed-highlight/core/languages/yaml.js'
import { type ShjLanguageData, type ShjToken, tokenizeWith } from '@speed-highlight/core/tokenize'
import { escapeHtml } from './text.ts'

/** Longer code is not highlighted, because some grammars take quadratic time. */
const HIGHLIGHT_MAX_CHARACTERS = 20_000

/** The class names of highlighted code. */
export const HIGHLIGHT_CLASSES = [
  'hl-comment',
  'hl-keyword',
  'hl-string',
  'hl-number',
  'hl-function',
  'hl-type',
  'hl-variable',
  'hl-inserted',
  'hl-deleted',
] as const

type HighlightClass = (typeof HIGHLIGHT_CLASSES)[number]

const CLASS_OF: Partial<Record<ShjToken, HighlightClass>> = {
  cmnt: 'hl-comment',
  kwd: 'hl-keyword',
  section: 'hl-keyword',
  str: 'hl-string',
  esc: 'hl-string',
  num: 'hl-number',
  bool: 'hl-number',
  func: 'hl-function',
  type: 'hl-type',
  class: 'hl-type',
  var: 'hl-variable',
  insert: 'hl-inserted',
  deleted: 'hl-deleted',
}

/** The package's grammar splits dates and times, and takes a colon inside a word for the end of a key. */
const YAML = [
  ...yaml.filter(({ expand, type }) => expand !== 'num' && type !== 'oper' && type !== 'var'),
  { type: 'var', match: /[\p{L}_][\p{L}\w-]*(?=:(?:\s|$))/gmu },
]

// These objects have no prototype, because the names that are looked up come from the article.
const GRAMMARS: Record<string, ShjLanguageData> = Object.assign(Object.create(null), {
  bash,
  css,
  diff,
  html,
  http,
  js,
  jsdoc,
  json,
  md,
  py,
  regex,
  sql,
  toml,
  ts,
  xml,
  yaml: YAML,
})

const LANGUAGES: Record<string, string> = Object.assign(Object.create(null), {
  bash: 'bash',
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  css: 'css',
  diff: 'diff',
  patch: 'diff',
  html: 'html',
  htm: 'html',
  http: 'http',
  js: 'js',
  javascript: 'js',
  jsx: 'js',
  mjs: 'js',
  cjs: 'js',
  json: 'json',
  jsonc: 'json',
  md: 'md',
  markdown: 'md',
  py: 'py',
  python: 'py',
  sql: 'sql',
  toml: 'toml',
  ts: 'ts',
  typescript: 'ts',
  tsx: 'ts',
  mts: 'ts',
  xml: 'xml',
  svg: 'xml',
  yaml: 'yaml',
  yml: 'yaml',
})

/** The class names of code elements, one for each known language. */
export const LANGUAGE_CLASSES = [...new Set(Object.values(LANGUAGES))].map((name) => `language-${name}`)

const FIRST_WORD = /^\S+/

/** A code block; `info` is the text after the fence, `mark` is put into every tag that has attributes. */
export function renderCode(code: string, info: string, mark: string): string {
  const text = code.endsWith('\n') || code === '' ? code : `${code}\n`
  const language = LANGUAGES[FIRST_WORD.exec(info)?.[0].toLowerCase() ?? '']
  if (language === undefined) return `<pre${mark} tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`
  const content = text.length > HIGHLIGHT_MAX_CHARACTERS ? escapeHtml(text) : highlight(text, language, mark)
  return `<pre${mark} tabindex="0"><code${mark} class="language-${language}">${content}</code></pre>\n`
}

function highlight(code: string, language: string, mark: string): string {
  let out = ''
  let open: HighlightClass | undefined
  const write = (text: string, token?: ShjToken) => {
    if (text === '') return
    const wanted = text.trim() === '' ? open : token && CLASS_OF[token]
    if (wanted !== open) {
      if (open !== undefined) out += '</span>'
      if (wanted !== undefined) out += `<span${mark} class="${wanted}">`
      open = wanted
    }
    out += escapeHtml(text)
  }
  tokenizeWith(code, GRAMMARS[language] ?? [], write, { languages: GRAMMARS })
  return open === undefined ? out : `${out}</span>`
}
