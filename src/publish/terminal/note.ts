// Who does what a command does, when, and why.
import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'
import type { PushNote } from '../push.ts'

/** What is kept with a push: it is made now, and by git's user where nobody is named. */
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
    // No git, or no name in it: the machine's user will do.
  }
  return userInfo().username
}
