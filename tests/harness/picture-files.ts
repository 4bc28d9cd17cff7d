// Picture files for tests: real ones, with and without what cameras and agencies write into them.
import sharp from 'sharp'

export type Sized = { width: number; height: number }

/** A JPEG in which no two pixels are alike, so that its variants are of honest sizes. */
export function photograph(size: Sized): Promise<Buffer> {
  return sharp(noise(size, 3), { raw: { ...size, channels: 3 } })
    .blur(2)
    .jpeg({ quality: 85 })
    .toBuffer()
}

/** A PNG with holes in it. */
export function cutOut(size: Sized): Promise<Buffer> {
  return sharp(noise(size, 4), { raw: { ...size, channels: 4 } })
    .png()
    .toBuffer()
}

/** An animation of frames of one colour each. */
export async function animation(size: Sized, format: 'gif' | 'webp'): Promise<Buffer> {
  const frames = ['#ff0000', '#00ff00', '#0000ff'].map((background) =>
    sharp({ create: { ...size, channels: 3, background } })
      .png()
      .toBuffer(),
  )
  const joined = sharp(await Promise.all(frames), { join: { animated: true } })
  return format === 'gif' ? joined.gif({ delay: 100 }).toBuffer() : joined.webp({ delay: 100 }).toBuffer()
}

/** One IPTC data set. */
export type DataSet = [record: number, number: number, value: Buffer]

/** The data set that says that all the others are UTF-8. */
export const IN_UTF_8: DataSet = [1, 90, Buffer.from('\x1b%G')]

/** A JPEG with IPTC or XMP in it. */
export function withWords(jpeg: Buffer, { iptc, xmp }: { iptc?: readonly DataSet[]; xmp?: string }): Buffer {
  const segments: Buffer[] = []
  if (iptc) {
    const sets = iptc.map(([record, number, value]) =>
      Buffer.concat([Buffer.from([0x1c, record, number, value.length >> 8, value.length & 255]), value]),
    )
    segments.push(
      segment(0xed, Buffer.concat([Buffer.from('Photoshop 3.0\0'), resource(Buffer.concat(sets))])),
    )
  }
  if (xmp !== undefined) segments.push(segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmp}`)))
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])
}

/** An XMP packet of properties by their names. */
export function xmpPacket(inner: string): string {
  return (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" ' +
    `xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">${inner}</rdf:Description></rdf:RDF></x:xmpmeta>`
  )
}

function segment(marker: number, payload: Buffer): Buffer {
  const length = payload.length + 2
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 255]), payload])
}

/** Adobe's wrapping of IPTC. */
function resource(iptc: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(iptc.length)
  return Buffer.concat([Buffer.from('8BIM\x04\x04\0\0', 'latin1'), size, iptc, Buffer.alloc(iptc.length % 2)])
}

function noise({ width, height }: Sized, channels: number): Buffer {
  const pixels = Buffer.alloc(width * height * channels)
  let state = width * 31 + height
  for (let index = 0; index < pixels.length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    pixels[index] = state >>> 24
  }
  return pixels
}
