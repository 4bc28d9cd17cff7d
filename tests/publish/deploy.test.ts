// Plan and deploy as an editor uses them: output, questions, Ctrl+C, and the edition that goes live.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/canonical.ts'
import { type DeployCommand, runDeploy } from '../../src/publish/commands/deploy.ts'
import { runPlan } from '../../src/publish/commands/plan.ts'
import { byteSize } from '../../src/publish/format.ts'
import { openJournal } from '../../src/publish/push/journal.ts'
import { readCurrent } from '../../src/publish/stored/reading.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import { type Current, keys } from '../../src/records.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { addStaging, emptyStore, makeProject, type Project } from '../harness/project.ts'
import { recordingStore } from '../harness/recording-store.ts'
import { makeTerminal, type TestTerminal } from '../harness/terminal.ts'
import { startStandin } from '../standin/standin.ts'

const article = (title: string, fields: Record<string, unknown> = {}): string =>
  articleFile({ title, date: '2026-02-16', ...fields })
const TIME = Date.parse('2026-03-01T12:00:00Z')
const SITE = SITE_FILES['site.yaml'] ?? ''

let project: Project
let local: Store
let store: Store
/** Keys in the order in which they were written. */
let written: string[] = []
beforeAll(async () => {
  project = await makeProject()
  local = await openLocalStore(project.root)
})
beforeEach(async () => {
  await project.reset({
    'articles/storm.md': article('Storm', { tags: ['Sea'] }),
    'articles/calm.md': article('Calm'),
  })
  await emptyStore(local)
  store = recordingStore(local, (keys) => written.push(...keys))
  written = []
})
afterAll(async () => {
  await local.close()
  await project.dispose()
})

type Done = { code: number; lines: string[]; questions: string[] }

async function deploy(options: Partial<DeployCommand> & { terminal?: TestTerminal } = {}): Promise<Done> {
  const { terminal = makeTerminal(), ...command } = options
  const note = { author: 'Ada', message: '', time: TIME }
  const code = await runDeploy(
    { root: project.root, store, isLocal: false, note, remove: [], restore: [], sure: false, ...command },
    terminal,
  )
  return { code, lines: terminal.take(), questions: terminal.questions }
}

async function plan(
  options: { json?: boolean; remove?: string[]; restore?: string[] } = {},
): Promise<{ code: number; lines: string[] }> {
  const terminal = makeTerminal()
  const { json = false, remove = [], restore = [] } = options
  const code = await runPlan(
    { root: project.root, store, isLocal: false, time: TIME, json, remove, restore },
    terminal,
  )
  return { code, lines: terminal.take() }
}

async function takeDown(...slugs: string[]): Promise<void> {
  const live = (await readCurrent(store)) as Current
  const takedowns = slugs.map((slug) => ({ slug, from: 0, tags: [] }))
  await store.put([{ key: keys.current, value: canonicalJson({ ...live, takedowns }) }])
}

const linesUnder = (lines: readonly string[], title: string): string[] => {
  const start = lines.indexOf(title)
  const rest = start < 0 ? [] : lines.slice(start + 1)
  const end = rest.findIndex((line) => !line.startsWith('  '))
  return end < 0 ? rest : rest.slice(0, end)
}

describe('plan', () => {
  test('shows what a deploy would change and cost, and writes nothing', async () => {
    const { code, lines } = await plan()
    expect(code).toBe(0)
    expect(lines.slice(0, -1)).toEqual([
      'New:',
      '  Calm  /articles/calm',
      '  Storm  /articles/storm',
      'New tags:',
      '  sea',
      '2 list pages will be written.',
    ])
    // Two articles, two lists, a month, the site's files, the edition, the push, and what is live.
    expect(lines.at(-1)).toMatch(/^Cost: 9 KV writes \(the free plan allows 1,000 a day\), about \d KB\.$/)
    expect(written).toEqual([])
    expect(await readCurrent(store)).toBeNull()
  })

  test('the cost equals the writes of the deploy after it', async () => {
    const dot = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    await project.write({
      'images/dot.png': dot,
      'articles/fog.md': article('Fog', { image: { src: 'dot.png', alt: 'A dot' } }),
    })
    const { cost } = JSON.parse((await plan({ json: true })).lines[0] ?? '')
    const { lines } = await deploy()
    expect(cost).toMatchObject({ writes: written.length, lists: 2, uploaded: 0, freeWritesPerDay: 1_000 })
    const weights = await Promise.all(
      written.map(async (key) => (await store.getBytes(key))?.byteLength ?? 0),
    )
    const bytes = weights.reduce((sum, weight) => sum + weight, 0)
    expect(Math.abs(cost.bytes - bytes)).toBeLessThan(400)
    expect(lines.at(-3)).toMatch(new RegExp(`^Uploaded ${byteSize(bytes)} in`))
  })

  test('values of an unfinished upload are not counted', async () => {
    const dying: Store = {
      ...store,
      put: async (values, onWritten) => {
        const all = []
        for await (const value of values) all.push(value)
        if (all.some(({ key }) => key.startsWith('edition/'))) throw new Error('The line is dead')
        await store.put(all, onWritten)
      },
    }
    await expect(deploy({ store: dying })).rejects.toThrow('The line is dead')
    const left = await openJournal(project.root, store).read()
    expect(left.size).toBe(6)
    const { lines } = await plan()
    expect(lines).toContain('6 values are there already, from an upload that did not end.')
    expect(lines.at(-1)).toMatch(/^Cost: 3 KV writes/)
    written = []
    const { lines: second } = await deploy()
    expect(written).toHaveLength(3)
    expect(second.at(-2)).toMatch(/, 3 values written\.$/)
  })

  test('names the addresses that would answer 404, and the lines that keep them', async () => {
    await deploy()
    await project.write({ 'articles/storm.md': article('Storm', { tags: ['Sea'], draft: true }) })
    const { code, lines } = await plan()
    expect(code).toBe(0)
    expect(linesUnder(lines, 'Addresses that would answer 404:')).toEqual([
      '  /articles/storm',
      '  /tags/sea',
    ])
    const paste = lines.filter((line) => /^ {2}(?:aliases|gone): /.test(line))
    expect(paste).toEqual(['  aliases: [/articles/storm]', '  gone: [storm]', '  aliases: [sea]'])
    const tagged = article('Calm', { tags: ['Ocean'], aliases: ['/articles/storm'] })
    await project.write({
      'articles/calm.md': tagged,
      'tags.yaml': `- name: Ocean\n  ${paste[2]?.trim()}\n`,
    })
    expect((await plan()).lines).not.toContain('Addresses that would answer 404:')
  })

  test('says when a deploy would stop, with each remedy, and exits 1', async () => {
    await deploy()
    await project.remove('articles/storm.md')
    const { code, lines } = await plan()
    expect(code).toBe(1)
    expect(
      linesUnder(
        lines,
        'A deploy would stop: these articles are in the live edition, but not in the sources:',
      ),
    ).toEqual(['  storm  published 2026-02-16 00:00'])
    expect(lines.at(-1)).toBe('  -- --remove storm')
    expect(lines).not.toContain('  /articles/storm')
    expect(await plan({ remove: ['storm'] })).toMatchObject({ code: 0 })
  })

  test('says that nothing would change', async () => {
    await deploy()
    const { code, lines } = await plan()
    const { edition } = (await readCurrent(store)) ?? {}
    expect(code).toBe(0)
    expect(lines).toEqual([
      `A deploy would change nothing: push 1 (edition ${edition?.slice(0, 12)}) is already what the sources give.`,
    ])
  })

  test('the command exits 1 with problems', async () => {
    await project.write({ 'articles/gale.md': article('Gale', { date: 'tomorrow' }) })
    const plain = await project.run(['plan', 'local'])
    expect(plain).toMatchObject({ code: 1, stderr: '' })
    expect(plain.stdout).toMatch(
      /^content\/articles\/gale\.md:3:7 date must be.*\nA deploy would publish nothing: 1 problem\.\n$/,
    )
    const json = await project.run(['plan', 'local', '--json'])
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({
      state: 'problems',
      problems: [{ path: 'content/articles/gale.md', line: 3, column: 7, level: 'problem' }],
    })
  })

  test('--json has every documented field', async () => {
    const page1 = (title: string, body = '') => `---\ntitle: ${title}\n---\n${body}`
    await project.write({
      'pages/imprint.md': page1('Imprint'),
      'pages/old.md': page1('Old'),
      'articles/calm.md': article('Calm', { tags: ['Sea'], authors: ['desk'] }),
    })
    await deploy()
    await project.remove('articles/calm.md')
    await project.remove('pages/old.md')
    await project.write({
      'pages/imprint.md': page1('Imprint', 'Words.'),
      'pages/about.md': page1('About us'),
      'articles/storm.md': article('Tempest', { lead: true, aliases: ['/blow'] }),
      'articles/gale.md': article('Gale', { date: '2099-02-16', expires: '2099-02-17' }),
      'site.yaml': `${SITE.replace('Europe/Berlin', 'UTC')}gone: [breeze]\n`,
    })
    const { code, lines } = await plan({ json: true, remove: ['calm'] })
    const live = (await readCurrent(store)) as Current
    const page = (slug: string, title: string) => ({ slug, title, path: `/articles/${slug}` })
    const staticPage = (slug: string, title: string) => ({ slug, title, path: `/${slug}` })
    expect(code).toBe(0)
    expect(JSON.parse(lines.join('\n'))).toEqual({
      state: 'ready',
      problems: [],
      live: { push: 1, edition: live.edition },
      edition: expect.stringMatching(/^[0-9a-f]{32}$/),
      pages: {
        new: [],
        changed: [page('storm', 'Tempest')],
        gone: [page('calm', 'calm')],
        moved: [],
        neighbours: 0,
      },
      later: {
        appear: [{ ...page('gale', 'Gale'), at: '2099-02-16T00:00:00.000Z' }],
        expire: [{ ...page('gale', 'Gale'), at: '2099-02-18T00:00:00.000Z' }],
        near: [],
      },
      lead: page('storm', 'Tempest'),
      settings: ['timezone'],
      redirects: [{ path: '/blow', to: '/articles/storm' }],
      gone: { new: ['breeze'], lost: [] },
      tags: { new: [], lost: ['sea'] },
      authors: { new: [], lost: ['desk'] },
      staticPages: {
        new: [staticPage('about', 'About us')],
        changed: [staticPage('imprint', 'Imprint')],
        gone: [staticPage('old', 'Old')],
        reordered: [],
      },
      dying: { articles: ['calm'], tags: ['sea'], authors: ['desk'], staticPages: ['old'] },
      missing: [],
      takedowns: { hidden: [], restored: [] },
      cost: expect.objectContaining({ uploaded: 0, freeWritesPerDay: 1_000 }),
    })
  })
})

describe('deploy', () => {
  test('shows the plan and asks at a terminal; the answer no changes nothing', async () => {
    const { lines: planned } = await plan()
    const { code, lines, questions } = await deploy({ terminal: makeTerminal(false) })
    expect({ code, questions }).toEqual({ code: 1, questions: [`Publish to ${store.name}?`] })
    expect(lines).toEqual([...planned, 'Nothing was published.'])
    expect(written).toEqual([])
  })

  test('the answer yes publishes, and prints the edition, the duration, and the time until everybody sees it', async () => {
    const { code, lines } = await deploy({ terminal: makeTerminal(true) })
    const { edition } = (await readCurrent(store)) ?? {}
    expect(code).toBe(0)
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^Uploaded \d KB in \d+\.\d seconds\.$/),
      `Push 1 is live: edition ${edition?.slice(0, 12)}, 9 values written.`,
      expect.stringMatching(/^Every reader sees it within 4 minutes \(by \d\d:\d\d\); .* 14 minutes/),
    ])
  })

  test('continues without a terminal, and does not ask with --sure or for the local store', async () => {
    expect(await deploy()).toMatchObject({ code: 0, questions: [`Publish to ${store.name}?`] })
    await project.write({ 'articles/fog.md': article('Fog') })
    expect(await deploy({ sure: true, terminal: makeTerminal(false) })).toMatchObject({
      code: 0,
      questions: [],
    })
    await project.write({ 'articles/gale.md': article('Gale') })
    const local = await deploy({ isLocal: true, terminal: makeTerminal(false) })
    expect(local).toMatchObject({ code: 0, questions: [] })
    expect(local.lines.join('\n')).not.toMatch(/Cost|Every reader|Uploaded/)
  })

  test('prints advice once', async () => {
    await project.write({ 'articles/storm.md': article('Storm', { kickr: 'Sea' }) })
    const { lines } = await deploy()
    expect(lines.filter((line) => /"kickr"/.test(line))).toHaveLength(1)
    const { lines: again } = await deploy()
    expect(again.filter((line) => /"kickr"/.test(line))).toHaveLength(1)
  })
})

describe('an article that was taken down', () => {
  const HIDDEN = 'Taken down, and still hidden although the sources have it:'
  beforeEach(async () => {
    await deploy()
    await takeDown('storm', 'never')
  })

  test('stays hidden and is reported as hidden, with or without other changes', async () => {
    const unchanged = await deploy()
    expect(unchanged.lines[0]).toMatch(/^Nothing changed: push 1/)
    expect(linesUnder(unchanged.lines, HIDDEN)).toEqual(['  /articles/storm'])
    expect(unchanged.lines.at(-1)).toBe('  -- --restore storm')
    expect(linesUnder((await plan()).lines, HIDDEN)).toEqual(['  /articles/storm'])
    await project.write({ 'articles/fog.md': article('Fog') })
    expect(linesUnder((await deploy()).lines, HIDDEN)).toEqual(['  /articles/storm'])
    expect((await readCurrent(store))?.takedowns.map(({ slug }) => slug)).toEqual(['storm', 'never'])
  })

  test('is shown again with --restore, without the others', async () => {
    const { code, lines } = await deploy({ restore: ['storm'] })
    expect(code).toBe(0)
    expect(linesUnder(lines, 'Taken down, and shown again from now on:')).toEqual(['  /articles/storm'])
    expect(lines).not.toContain(HIDDEN)
    expect(await readCurrent(store)).toMatchObject({ sequence: 2, takedowns: [{ slug: 'never' }] })
  })

  const gone = `${SITE}gone: [breeze, storm]\n`
  const draft = article('Storm', { tags: ['Sea'], draft: true })
  test.each([
    [
      'gone',
      { 'site.yaml': gone },
      ['storm'],
      'content/site.yaml:7:16 has it under gone. Remove that, and run the command again',
    ],
    [
      'a draft',
      { 'articles/storm.md': draft },
      [],
      'content/articles/storm.md says draft: true. Remove that, and run the command again',
    ],
    [
      'gone and a draft',
      { 'site.yaml': gone, 'articles/storm.md': draft },
      [],
      'content/site.yaml:7:16 has it under gone and content/articles/storm.md says draft: true. Remove both, and run the command again',
    ],
  ])('is not restored while the sources say that it is %s', async (_, files, removed, reason) => {
    for (const slug of removed) await project.remove(`articles/${slug}.md`)
    await project.write(files as Record<string, string>)
    const message = `--restore storm would not show it again, because ${reason}`
    const before = await readCurrent(store)
    written = []
    await expect(deploy({ restore: ['storm'] })).rejects.toThrow(message)
    await expect(plan({ restore: ['storm'] })).rejects.toThrow(message)
    expect(written).toEqual([])
    expect(await readCurrent(store)).toEqual(before)
  })

  test('--restore with a mistyped slug restores nothing', async () => {
    await project.write({ 'articles/fog.md': article('Fog') })
    await expect(deploy({ restore: ['strom'] })).rejects.toThrow(
      '--restore strom names no article that was taken down. There is: storm, never',
    )
    expect(await readCurrent(store)).toMatchObject({ sequence: 1 })
  })
})

describe('Ctrl+C', () => {
  test('says what is live, depending on the step of the push', async () => {
    const terminal = makeTerminal(true)
    const heard: Record<string, readonly string[] | null | undefined> = {}
    const watching: Store = {
      ...store,
      put: async (values, onWritten) => {
        const all = []
        for await (const value of values) all.push(value)
        heard[(all[0]?.key ?? '').replace(/\/.*/, '')] = terminal.stop()
        await store.put(all, onWritten)
      },
    }
    await deploy({ store: watching, terminal })
    const untouched = 'Stopped. Nothing was published, and the live site was not changed.'
    const goesOn = [`${untouched} Run the same command again, and the upload goes on.`]
    expect(heard).toEqual({ site: goesOn, edition: goesOn, push: null, current: null })
    expect(terminal.stop()).toBeUndefined()
  })

  test('during an upload to Cloudflare ends the command, and the next command continues the upload', async () => {
    const standin = await startStandin({ root: project.root })
    try {
      const env = { ...standin.env, WRANGLER_SEND_METRICS: 'false' }
      const first = await project.run(['deploy', '--author', 'Ada'], env)
      expect(first).toMatchObject({ code: 0, stderr: '' })
      const live = await readCurrent(store)
      await project.write({ 'articles/fog.md': article('Fog') })

      const main = join(import.meta.dirname, '../../src/publish/dateline.cjs')
      const child = spawn(process.execPath, [main, 'deploy', '--author', 'Ada'], {
        cwd: project.root,
        env: { ...process.env, ...env },
      })
      let stderr = ''
      child.stderr.on('data', (part: Buffer) => {
        stderr += part.toString()
      })
      standin.onCall = ({ keys: written }) => {
        if (!written.some((key) => key.startsWith('edition/'))) return undefined
        child.kill('SIGINT')
        return { kind: 'hang' }
      }
      const [code] = await once(child, 'exit')
      expect({ code, stderr }).toEqual({
        code: 130,
        stderr:
          'Stopped. Nothing was published, and the live site was not changed. Run the same command again, and the upload goes on.\n',
      })
      expect(await readCurrent(store)).toEqual(live)

      standin.onCall = null
      const before = standin.totals().written
      const second = await project.run(['deploy', '--author', 'Ada'], env)
      expect(second).toMatchObject({ code: 0, stderr: '' })
      expect(second.stdout).toContain('values are there already, from an upload that did not end.')
      // The edition, the push, and what is live.
      expect(standin.totals().written - before).toBe(3)
      expect(await readCurrent(store)).toMatchObject({ sequence: 2 })
    } finally {
      await standin.stop()
    }
  })

  test('while current is replaced lets the push end, although npm sends the same Ctrl+C again', async () => {
    const standin = await startStandin({ root: project.root })
    try {
      const main = join(import.meta.dirname, '../../src/publish/dateline.cjs')
      const child = spawn(process.execPath, [main, 'deploy', '--author', 'Ada', '--sure'], {
        cwd: project.root,
        env: { ...process.env, ...standin.env, WRANGLER_SEND_METRICS: 'false' },
      })
      let stderr = ''
      child.stderr.on('data', (part: Buffer) => {
        stderr += part.toString()
      })
      standin.onCall = ({ keys: written }) => {
        if (!written.some((key) => key.startsWith('push/'))) return undefined
        standin.onCall = null
        child.kill('SIGINT')
        setTimeout(() => child.kill('SIGINT'), 5)
        return undefined
      }
      const [code] = await once(child, 'exit')
      expect(code).toBe(0)
      expect(stderr.match(/Stopping after/g)).toHaveLength(1)
      expect(await readCurrent(store)).toMatchObject({ sequence: 1 })
    } finally {
      await standin.stop()
    }
  })
})

describe('flags that npm took', () => {
  test.each([
    [['rollback', 'local'], { npm_config_token_description: '3' }, 'npm run rollback local -- --to 3'],
    [['rollback', '3'], { npm_config_to: 'true' }, 'npm run rollback -- --to 3'],
    [['plan'], { npm_config_json: 'true' }, 'npm run plan -- --json'],
    [['deploy'], { npm_config_remove: 'storm\n\ncalm' }, 'npm run deploy -- --remove storm --remove calm'],
    [['takedown', 'storm', 'local'], { npm_config_sure: 'true' }, 'npm run takedown storm local -- --sure'],
    [['takedown', 'Ada', 'storm'], { npm_config_author: 'true' }, 'npm run takedown <slug> -- --author …'],
    [
      ['preview', '2026-03-01', 'local'],
      { npm_config_at: 'true', npm_config_drafts: 'true' },
      'npm run preview local -- --at 2026-03-01 --drafts',
    ],
    [
      ['deploy', 'staging', 'A word'],
      { npm_config_message: 'true' },
      'npm run deploy staging -- --message "A word"',
    ],
  ])('%j %j', async (words, env, line) => {
    await addStaging(project.root)
    const { code, stdout, stderr } = await project.run(words, env as Record<string, string>)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(`npm kept ${flagsIn(line)} for itself. Write the flags after two dashes: ${line}\n`)
  })

  const flagsIn = (line: string): string => [...new Set(line.match(/--[a-z]+/g))].join(' and ')

  // npm takes a flag for one of its own that begins like it: the command would go on without it, and nobody notice.
  test('no flag of a command is the beginning of one of npm, except for known ones', async () => {
    const { stdout } = await promisify(execFile)('npm', ['config', 'list', '--long', '--json'])
    const known = Object.keys(JSON.parse(stdout))
    expect(known).toContain('token-description')
    const commands = [
      'plan',
      'deploy',
      'editions',
      'rollback',
      'takedown',
      'preview',
      'pull',
      'gc',
      'start',
      'import',
    ]
    const helps = await Promise.all(commands.map((command) => project.run([command, '--help'])))
    const flags = new Set(
      helps.flatMap(({ stdout }) => [...stdout.matchAll(/^ {2}--([a-z]+)/gm)].map(([, flag = '']) => flag)),
    )
    expect(flags.size).toBeGreaterThan(9)
    const stretched = [...flags].flatMap((flag) => {
      const names = known.filter((name) => name.startsWith(flag))
      return names.length === 1 && names[0] !== flag ? [[flag, names[0]]] : []
    })
    expect(stretched).toEqual([['to', 'token-description']])
  })
})
