// The thread of proof.ts: renders what it is sent, as the edge would, and says what came of it.
import { parentPort } from 'node:worker_threads'
import { picturesIn, renderMarkdown } from '../markdown.ts'
import type { Rendered } from './proof.ts'

/** Stands for any picture: an address of the usual length. */
const PICTURE = { address: `/media/${'0'.repeat(32)}/original.jpg`, width: 1600, height: 1067 }

parentPort?.on('message', (markdown: string) => parentPort?.postMessage(prove(markdown)))
parentPort?.postMessage('ready')

function prove(markdown: string): Rendered {
  try {
    const pictures = picturesIn(markdown)
    const known = Object.fromEntries(pictures.map(({ src }) => [src, PICTURE]))
    const html = renderMarkdown(markdown, { origin: 'https://dateline.invalid', pictures: known })
    return { pictures, bytes: Buffer.byteLength(html) }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}
