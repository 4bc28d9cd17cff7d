// Stub until the branch of pictures is merged.
import type { Picture } from './records.ts'

const esc = (t: string) => t.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
export function renderPicture(
  { address, width, height }: Picture,
  { alt, isLead }: { alt: string; sizes: string; isLead?: boolean },
): string {
  return `<picture><img src="${address}" width="${width}" height="${height}" alt="${esc(alt)}"${isLead ? ' fetchpriority="high"' : ' loading="lazy"'} decoding="async"></picture>`
}
