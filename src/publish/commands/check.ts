// `check`: prints every problem in the content, and advice.
import { checkSources } from '../check-sources.ts'
import { plural } from '../format.ts'
import { readContent } from '../sources/content.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { countProblems, reportProblems } from './publish-report.ts'

/** Prints problems and advice; the exit code is 1 where there is a problem. */
export async function runCheck(root: string, terminal: Pick<Terminal, 'print'>): Promise<number> {
  const sources = await readContent(root)
  const { content, problems } = await checkSources(sources)
  terminal.print(reportProblems(problems))
  terminal.print([`${plural(sources.articles.length, 'article')}: ${countProblems(problems)}.`])
  return content ? 0 : 1
}
