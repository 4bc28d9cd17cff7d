// The author, time and message that are kept with a push.
import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'
import type { PushNote } from '../push.ts'

/** The note of a push that is made now; by git's user if no author is given. */
export async function noteOf(
  root: string,
  { message, author }: { message: string; author?: string },
): Promise<PushNote> {
  return { author: author ?? (await authorName(root)), message, time: Date.now() }
}

/** git's user name, else that of the machine's user. */
export async function authorName(root: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['config', 'user.name'], { cwd: root })
    if (stdout.trim() !== '') return stdout.trim()
  } catch {
    // There is no git, or no name in its configuration.
  }
  return userInfo().username
}
