// Stands in for the CDN: speaks HTTPS and HTTP/2 with a self-signed certificate, and compresses the answers of the
// Worker. Without it, Lighthouse would measure conditions that no reader has.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync, constants } from 'node:zlib'

export type Edge = {
  /** Its origin. */
  url: string
  /** Says where the Worker answers. */
  pointAt: (worker: URL) => void
  stop: () => Promise<void>
}

/** As the CDN does for what is not kept compressed. */
const BROTLI_QUALITY = 4
const COMPRESSED = /^(?:text\/|application\/(?:json|xml)|image\/svg)/

/** Listens at a free port of the loopback. */
export async function startEdge(): Promise<Edge> {
  let worker: URL | undefined
  const server = createSecureServer(
    { ...(await makeCertificate()), allowHTTP1: true },
    (request, response) => {
      pass(request, response, worker).catch((error: unknown) => {
        response.writeHead(502).end(String(error))
      })
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    pointAt: (to) => {
      worker = to
    },
    // Browsers keep their connections open; the process ends them with itself.
    stop: async () => {
      server.close()
    },
  }
}

async function pass(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  worker: URL | undefined,
): Promise<void> {
  const answer = await fetch(new URL(request.url, worker), { method: request.method, redirect: 'manual' })
  const headers = Object.fromEntries(
    [...answer.headers].filter(
      ([name]) => !/^(?:connection|transfer-encoding|content-length|x-test)/.test(name),
    ),
  )
  const bytes = Buffer.from(await answer.arrayBuffer())
  const isCompressed =
    COMPRESSED.test(headers['content-type'] ?? '') &&
    /\bbr\b/.test(String(request.headers['accept-encoding']))
  const body = isCompressed
    ? brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })
    : bytes
  response.writeHead(answer.status, {
    ...headers,
    ...(isCompressed ? { 'content-encoding': 'br' } : {}),
    'content-length': body.length,
  })
  response.end(body)
}

async function makeCertificate(): Promise<{ key: Buffer; cert: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), 'dateline-certificate-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')] as const
  try {
    await promisify(execFile)('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '1',
      ],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    ])
    return { key: await readFile(key), cert: await readFile(cert) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
