// The load: keep-alive HTTP/1.1 over raw sockets. It shares two cores with what it measures, so it knows as
// little of HTTP as it can: the status, content-length, and where the body ends.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What is asked, over and over in this order, and what every answer must be. */
export type Target = {
  url: URL
  requests: readonly Buffer[]
  status: 200 | 304
}

export type Load = { connections: number } & ({ milliseconds: number } | { requests: number })

/** What one round came to; `latencies` in milliseconds, sorted. */
export type Round = { requests: number; milliseconds: number; bodyBytes: number; latencies: Float64Array }

/** The bytes of a GET. */
export function request(path: string, headers: Record<string, string> = {}): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: bench\r\n${lines.join('')}\r\n`)
}

/** One round: so many connections, each of which asks again as soon as it is answered. Throws at a wrong answer. */
export async function run({ url, requests, status }: Target, load: Load): Promise<Round> {
  const limit = 'requests' in load ? load.requests : Number.POSITIVE_INFINITY
  const sockets = await Promise.all(Array.from({ length: load.connections }, () => open(url)))
  const latencies: number[] = []
  let asked = 0
  let bodyBytes = 0
  const started = performance.now()
  const deadline = 'milliseconds' in load ? started + load.milliseconds : Number.POSITIVE_INFINITY
  let ended = started
  try {
    await Promise.all(
      sockets.map(async (socket) => {
        await new Promise<void>((resolve, reject) => {
          let sent = started
          const ask = () => {
            const bytes = requests[asked % requests.length]
            if (bytes === undefined || asked >= limit || sent >= deadline) return resolve()
            asked += 1
            socket.write(bytes)
          }
          const answers = new Answers(status, (length) => {
            const now = performance.now()
            latencies.push(now - sent)
            bodyBytes += length
            sent = ended = now
            ask()
          })
          socket.on('data', (bytes) => {
            try {
              answers.take(bytes)
            } catch (error) {
              reject(error)
            }
          })
          socket.on('error', reject)
          socket.on('close', () => reject(new Error(`${url} closed a connection`)))
          ask()
        })
      }),
    )
  } finally {
    for (const socket of sockets) socket.removeAllListeners().destroy()
  }
  return {
    requests: latencies.length,
    milliseconds: ended - started,
    bodyBytes,
    latencies: Float64Array.from(latencies).sort(),
  }
}

async function open(url: URL): Promise<Socket> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
  await once(socket, 'connect')
  return socket
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = /\r\ncontent-length: *(\d+)/i

/** Finds the ends of the answers in a connection's bytes. */
class Answers {
  readonly #start: string
  readonly #hasBody: boolean
  readonly #done: (length: number) => void
  #head: Buffer | null = null
  #length = 0
  #left = 0

  constructor(status: number, done: (length: number) => void) {
    this.#start = `HTTP/1.1 ${status} `
    this.#hasBody = status !== 304
    this.#done = done
  }

  take(bytes: Buffer): void {
    if (this.#left > 0) {
      this.#body(bytes)
      return
    }
    const all = this.#head === null ? bytes : Buffer.concat([this.#head, bytes])
    const end = all.indexOf(HEAD_END)
    if (end === -1) {
      this.#head = all
      return
    }
    this.#head = null
    const head = all.toString('latin1', 0, end)
    if (!head.startsWith(this.#start)) throw new Error(`Expected ${this.#start}, got ${head}`)
    const length = this.#hasBody ? LENGTH.exec(head)?.[1] : '0'
    if (length === undefined) throw new Error(`An answer without content-length: ${head}`)
    this.#length = this.#left = Number(length)
    this.#body(all.subarray(end + HEAD_END.length))
  }

  #body(bytes: Buffer): void {
    this.#left -= bytes.length
    if (this.#left < 0) throw new Error('An answer is longer than its content-length says')
    if (this.#left === 0) this.#done(this.#length)
  }
}
