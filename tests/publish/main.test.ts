// The real command, run in a project's folder as npm runs it.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readCurrent, readTables } from '../../src/publish/stored/reading.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import type { Current } from '../../src/records.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { namedKeys } from '../harness/named-keys.ts'
import { makeProject, type Project } from '../harness/project.ts'

const article = (title: string, fields: Record<string, unknown> = {}): string =>
  articleFile({ title, date: '2026-02-16', authors: ['desk'], ...fields })
const NEWS = {
  'articles/storm.md': article('Storm', { date: '2026-02-16', tags: ['Weather'] }),
  'articles/calm.md': article('Calm', { date: '2026-02-17', tags: ['Weather'] }),
  'articles/fog.md': article('Fog', { date: '2026-02-18' }),
}
const BY = ['--author', 'Ada']

let project: Project
beforeEach(async () => {
  project = await makeProject(NEWS)
})
afterEach(() => project.dispose())

const lines = (text: string): string[] => text.trimEnd().split('\n')
const deploy = (...words: string[]) => project.run(['deploy', 'local', ...BY, ...words])

/** What is live, after it was seen that everything it names is in the store; and the slugs of its articles. */
async function readLive(): Promise<(Current & { slugs: string[] }) | null> {
  const store = await openLocalStore(project.root)
  try {
    const current = await readCurrent(store)
    if (!current) return null
    const tables = await readTables(store, current.body)
    for (const key of namedKeys(current.edition, current.body, tables))
      expect(await store.get(key), key).not.toBeNull()
    expect(await store.get(`push/${current.sequence}`)).not.toBeNull()
    return { ...current, slugs: [...tables.articles.keys()].sort() }
  } finally {
    await store.close()
  }
}

describe('check', () => {
  test('says how many articles there are, and exits 0', async () => {
    expect(await project.run(['check'])).toEqual({ code: 0, stdout: '3 articles: 0 problems.\n', stderr: '' })
  })

  test('prints all problems and advice, and exits 1', async () => {
    await project.write({
      'articles/gale.md': article('Gale', { date: 'tomorrow', kickr: 'Sea' }),
      'articles/blank.md': '',
    })
    const { code, stdout } = await project.run(['check'])
    expect(code).toBe(1)
    expect(lines(stdout)).toEqual([
      'content/articles/blank.md:1:1 must begin with front matter: a line ---, then title: and date:, then ---',
      'content/articles/gale.md:3:7 date must be an ISO date such as 2026-02-16 or 2026-02-16T09:30: found "tomorrow"',
      'content/articles/gale.md:5:1 advice: "kickr" is an unknown field: it is kept, but not shown. Did you mean kicker?',
      '5 articles: 2 problems, 1 advice.',
    ])
  })
})

describe('deploy local', () => {
  test('publishes, and the second time changes nothing', async () => {
    const first = await deploy()
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(lines(first.stdout).slice(0, 4)).toEqual([
      'New:',
      '  Storm  /articles/storm',
      '  Calm  /articles/calm',
      '  Fog  /articles/fog',
    ])
    expect(lines(first.stdout).at(-1)).toMatch(/^Push 1 is live: edition [0-9a-f]{12}, \d+ values written\.$/)
    const live = await readLive()
    const second = await deploy()
    expect(second).toMatchObject({ code: 0, stderr: '' })
    expect(lines(second.stdout)).toEqual([
      `Nothing changed: push 1 (edition ${live?.edition.slice(0, 12)}) stays live.`,
    ])
    expect(await readLive()).toEqual(live)
  })

  test('writes nothing when there is a problem', async () => {
    await project.write({ 'articles/gale.md': article('Gale', { date: 'tomorrow' }) })
    const { code, stdout, stderr } = await deploy()
    expect(code).toBe(1)
    expect(stdout).toContain('content/articles/gale.md:3:7 date must be')
    expect(lines(stderr)).toEqual(['Nothing was published: 1 problem.'])
    expect(await readLive()).toBeNull()
    const state = join(project.root, '.wrangler/state/v3')
    const files = existsSync(state) ? await readdir(state, { recursive: true }) : []
    expect(files.filter((name) => /\/blobs\//.test(name))).toEqual([])
  })

  test('reports a changed headline as changed, and others only as neighbours', async () => {
    await deploy()
    await project.write({ 'articles/calm.md': article('Quiet', { date: '2026-02-17', tags: ['Weather'] }) })
    const { stdout } = await deploy()
    expect(lines(stdout).slice(0, -1)).toEqual([
      'Changed:',
      '  Quiet  /articles/calm',
      '2 other articles will be written again, with the same text.',
    ])
    expect(await readLive()).toMatchObject({ sequence: 2 })
  })

  test('reports what appears later and what expires', async () => {
    await project.write({
      'articles/gale.md': article('Gale', { date: '2099-02-16' }),
      'articles/fog.md': article('Fog', { date: '2026-02-18', expires: '2098-12-31' }),
    })
    const { stdout } = await deploy()
    expect(stdout).toContain('Appears later:\n  2099-02-16 00:00  Gale  /articles/gale\n')
    expect(stdout).toContain('Expires:\n  2099-01-01 00:00  Fog  /articles/fog\n')
  })
})

describe('deploy local without a live article', () => {
  let live: Project
  beforeAll(async () => {
    live = await makeProject({ ...NEWS, 'articles/gale.md': article('Gale', { date: '2099-02-16' }) })
    await live.run(['deploy', 'local', ...BY])
  })
  afterAll(() => live.dispose())
  beforeEach(async () => {
    await cp(live.root, project.root, { recursive: true })
    await project.remove('articles/storm.md')
  })

  test('stops, names it, and changes nothing', async () => {
    const { code, stdout } = await deploy()
    expect(code).toBe(1)
    expect(lines(stdout)).toEqual([
      'Nothing was published: these articles are in the live edition, but not in the sources:',
      '  storm  published 2026-02-16 00:00',
      'The latest push was by Ada. If your checkout is old, update it.',
      'If an article has a new slug, add its old address to the front matter of its file:',
      '  aliases: [/articles/storm]',
      'If it is to be gone for good, replace gone: in content/site.yaml with:',
      '  gone: [storm]',
      'Or let it go this once (readers then get a 404), with these words at the end of the command:',
      '  -- --remove storm',
    ])
    expect(await readLive()).toMatchObject({ sequence: 1 })
  })

  test('stops for one under embargo as well', async () => {
    await project.write({ 'articles/storm.md': NEWS['articles/storm.md'] })
    await project.remove('articles/gale.md')
    const { code, stdout } = await deploy()
    expect(code).toBe(1)
    expect(stdout).toContain('\n  gale  to appear 2099-02-16 00:00\n')
  })

  test('lets it go with --remove, and only that one', async () => {
    await project.remove('articles/fog.md')
    expect((await deploy('--remove', 'storm')).stdout).toContain('\n  fog  published 2026-02-18 00:00\n')
    const { code, stdout } = await deploy('--remove', 'storm', '--remove', 'fog')
    expect(code).toBe(0)
    expect(stdout).toContain('No longer there:\n  fog  /articles/fog\n  storm  /articles/storm\n')
    expect((await readLive())?.slugs).toEqual(['calm', 'gale'])
  })

  test('the lines that it prints are ready to paste', async () => {
    await project.remove('articles/fog.md')
    await project.write({ 'site.yaml': `${SITE_FILES['site.yaml']}gone: [calm-sea]\n` })
    const { stdout } = await deploy()
    const paste = lines(stdout).filter((line) => /^ {2}(?:aliases|gone|--)/.test(line))
    expect(paste).toEqual([
      '  aliases: [/articles/fog]',
      '  aliases: [/articles/storm]',
      '  gone: [calm-sea, fog, storm]',
      '  -- --remove fog --remove storm',
    ])
    const tempest = article('Storm').replace('---\n', `---\n${paste[1]?.trim()}\n`)
    await project.write({
      'articles/tempest.md': tempest,
      'site.yaml': `${SITE_FILES['site.yaml']}${paste[2]?.trim().replace(', storm', '')}\n`,
    })
    const second = await deploy()
    expect(second.code).toBe(0)
    expect(second.stdout).toContain('Moved:\n  Storm  /articles/storm → /articles/tempest\n')
    expect(second.stdout).toContain('No longer there:\n  fog  /articles/fog\n')
    expect(second.stdout).toContain('Gone for good (410):\n  /articles/calm-sea\n  /articles/fog\n')
    expect(second.stdout).not.toMatch(/^(?:New|Redirects):/m)
  })

  test.each([
    ['gone: in site.yaml', { 'site.yaml': `${SITE_FILES['site.yaml']}gone: [storm]\n` }],
    [
      'an alias to its old path',
      { 'articles/tempest.md': article('Storm', { aliases: ['/articles/storm'] }) },
    ],
    ['a draft of it', { 'articles/storm.md': article('Storm', { draft: true }) }],
  ])('lets it go with %s', async (_, files) => {
    await project.write(files)
    expect((await deploy()).code).toBe(0)
    expect((await readLive())?.slugs).not.toContain('storm')
  })
})

describe('two deploys at once', () => {
  test('end well, and leave one edition whole', async () => {
    const both = await Promise.all([deploy(), deploy()])
    for (const { code, stdout, stderr } of both) {
      if (code === 0) expect(stdout).toMatch(/(?:is|stays) live/)
      else
        expect(stderr).toMatch(
          /^Another push \(number 1\) was made meanwhile; nothing was replaced\. Run the command again\n$/,
        )
    }
    expect(both.some(({ code }) => code === 0)).toBe(true)
    expect((await readLive())?.slugs).toEqual(['calm', 'fog', 'storm'])
    expect(await deploy()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing changed') })
  })
})

describe('the command refuses with one message and exit code 1', () => {
  test('deploy without a target, which is Cloudflare', async () => {
    const { code, stdout, stderr } = await project.run(['deploy'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(
      'Not logged in to Cloudflare. Run npx wrangler login, or set CLOUDFLARE_API_TOKEN to a token with ' +
        'Workers KV Storage: Edit\n',
    )
  })

  test.each([
    [['deploy', 'local', '--mesage', 'x'], "unknown option '--mesage'"],
    [['deploy', 'local', 'more'], 'too many arguments'],
    [['deplyo'], "unknown command 'deplyo'"],
    [
      ['import', 'word', 'x.txt'],
      'There is no import of the format "word". Write: npm run import wire x.txt',
    ],
    [['import', 'wire', 'none.txt'], 'none.txt cannot be read (ENOENT). Check its name'],
  ])('%j', async (words, message) => {
    const { code, stdout, stderr } = await project.run(words)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test.each([
    [
      ['deploy', 'local'],
      { npm_config_message: 'A word' },
      'npm kept --message for itself. Write the flags after two dashes: npm run deploy local -- --message "A word"',
    ],
    [
      ['deploy', 'local', 'storm'],
      { npm_config_remove: 'true', npm_config_author: 'true' },
      'npm kept --author and --remove for itself. Write the flags after two dashes: npm run deploy local -- --author … --remove …',
    ],
    [
      ['import', 'wire', 'a.txt', '2026-02-16'],
      { npm_config_date: 'true' },
      'npm kept --date for itself. Write the flags after two dashes: npm run import wire a.txt -- --date 2026-02-16',
    ],
    [
      ['import', '2026-02-16', 'wire', 'a story.txt'],
      { npm_config_date: 'true' },
      'npm kept --date for itself. Write the flags after two dashes: npm run import wire "a story.txt" -- --date 2026-02-16',
    ],
    [
      ['deploy', 'storm'],
      { npm_config_remove: 'true' },
      'npm kept --remove for itself. Write the flags after two dashes: npm run deploy -- --remove storm',
    ],
    [
      ['deploy', 'A word', 'local'],
      { npm_config_message: 'true', npm_config_author: 'Ann' },
      'npm kept --message and --author for itself. Write the flags after two dashes: npm run deploy local -- --message "A word" --author Ann',
    ],
  ])('%j with flags that npm has eaten', async (words, env, message) => {
    expect(await project.run(words, env as Record<string, string>)).toEqual({
      code: 1,
      stdout: '',
      stderr: `${message}\n`,
    })
  })
})

test('a flag that came through is not refused, whatever .npmrc says', async () => {
  const { code, stderr } = await project.run(['deploy', 'local', '--message=Mine', ...BY], {
    npm_config_message: 'from .npmrc',
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

// npm takes --by=Ann for its own --bypass-2fa, and the push went out under another name.
test('no command has a flag that npm would take for an abbreviation of its own, but one, which is looked for', async () => {
  const npm = await promisify(execFile)('npm config ls -l --json', { shell: true })
  const options = Object.keys(JSON.parse(npm.stdout))
  expect(options).toContain('bypass-2fa')
  const { stdout } = await project.run(['--help'])
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name)
  expect(commands).toEqual(expect.arrayContaining(['start', 'check', 'plan', 'deploy', 'rollback', 'import']))
  const taken: string[] = []
  for (const name of commands.filter((command) => command !== 'help')) {
    const { stdout } = await project.run([name, '--help'])
    const flags = [...stdout.matchAll(/^ {2}(?:-h, )?--([a-z-]+)/gm)].map(([, flag = '']) => flag)
    expect(flags, name).toContain('help')
    const isAbbreviation = (flag: string): boolean =>
      options.some((option) => option.startsWith(flag) && option !== flag)
    taken.push(...flags.filter(isAbbreviation).map((flag) => `${name} --${flag}`))
  }
  expect(taken).toEqual(['rollback --to'])
})

test.each(['abc', '0', '65536', '-1', '80.5'])('start --port %s is refused', async (port) => {
  expect(await project.run(['start', `--port=${port}`])).toEqual({
    code: 1,
    stdout: '',
    stderr: `--port must be a number from 1 to 65535: found "${port}"\n`,
  })
})

describe('import wire', () => {
  const WIRE =
    'Harbour board approves night ferry\n\nThe board said on Monday that the ferry sails.\n\nIt sails at night.\n'
  const target = (): string => join(project.root, 'content/articles/harbour-board-approves-night-ferry.md')
  beforeEach(() => writeFile(join(project.root, 'ferry.txt'), WIRE))

  test('writes a draft without --date, and an article that passes the check with it', async () => {
    const draft = await project.run(['import', 'wire', 'ferry.txt'])
    expect(draft).toMatchObject({ code: 0, stderr: '' })
    expect(lines(draft.stdout).at(-1)).toBe(
      'Written: content/articles/harbour-board-approves-night-ferry.md (a draft, because no --date was given)',
    )
    expect(await readFile(target(), 'utf8')).toContain('draft: true')
    await project.remove('articles/harbour-board-approves-night-ferry.md')
    const dated = await project.run(['import', 'wire', 'ferry.txt', '--date', '2026-02-16T09:30'])
    expect(lines(dated.stdout).at(-1)).toBe('Written: content/articles/harbour-board-approves-night-ferry.md')
    expect(await project.run(['check'])).toMatchObject({ code: 0 })
  })

  test('finds the file where npm was called, and writes into the project', async () => {
    await project.write({ 'desk/mail/night.txt': WIRE })
    const env = { npm_lifecycle_event: 'import', INIT_CWD: join(project.root, 'content/desk') }
    expect(await project.run(['import', 'wire', 'mail/night.txt'], env)).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(existsSync(target())).toBe(true)
  })

  test('refuses a folder, and says what to name', async () => {
    const { code, stderr } = await project.run(['import', 'wire', 'content'])
    expect(code).toBe(1)
    expect(stderr).toBe('content is a folder. Name one file in it, such as content/story.txt\n')
  })

  test('never writes over a file', async () => {
    await writeFile(target(), 'Mine.\n')
    const { code, stderr } = await project.run(['import', 'wire', 'ferry.txt'])
    expect(code).toBe(1)
    expect(stderr).toBe(
      'content/articles/harbour-board-approves-night-ferry.md already exists and was not changed. Rename it, then import again\n',
    )
    expect(await readFile(target(), 'utf8')).toBe('Mine.\n')
  })

  test('refuses a date that is none, and writes nothing', async () => {
    const { code, stderr } = await project.run(['import', 'wire', 'ferry.txt', '--date', 'tomorrow'])
    expect(code).toBe(1)
    expect(stderr).toBe(
      '--date must be an ISO date such as 2026-02-16 or 2026-02-16T09:30: found "tomorrow"\n',
    )
    expect(existsSync(target())).toBe(false)
  })
})
