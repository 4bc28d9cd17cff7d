// Answers in the form of Cloudflare's API. https://developers.cloudflare.com/fundamentals/api/reference/

/** An envelope, or the bytes of a value. */
export type Answer = { status: number; body: object | Uint8Array; headers?: Record<string, string> }

/** What the envelope says when a call was done. */
export function envelope(result: unknown, info?: object): Answer {
  const body = { success: true, errors: [], messages: [], result, ...(info ? { result_info: info } : {}) }
  return { status: 200, body }
}

/** What the envelope says when it was not. */
export function refusal(status: number, code: number, message: string): Answer {
  return { status, body: { success: false, errors: [{ code, message }], messages: [], result: null } }
}
