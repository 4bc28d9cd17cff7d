// `import`: turns a text of another form into an article file.
import { importWire } from '../import.ts'
import type { Terminal } from '../terminal.ts'

export type ImportCommand = {
  root: string
  form: string
  /** A path in the folder `from`. */
  file: string
  from: string
  /** As an editor writes it. */
  date?: string
}

/** Every form that can be imported. */
export const FORMS = ['wire'] as const

/** Imports a file; the exit code. */
export async function runImport(
  { form, file, ...command }: ImportCommand,
  terminal: Pick<Terminal, 'print'>,
): Promise<number> {
  if (form !== 'wire')
    throw new Error(`There is no import of the form "${form}". Write: npm run import wire ${file}`)
  terminal.print(await importWire({ ...command, file }))
  return 0
}
