/** One request to the service: every failure is told apart by what one can do about it. */

/** Where this script came from answers, on whose page it may be. */
const ROOT = new URL("/api/v1", import.meta.url).href;
const PATIENCE = 20_000;

/**
 * `kind`: "later" (try again, after `seconds` if known), "refused" (`detail` says why), "gone" (not there, or not open
 * to who asks). `problem` is the whole problem document, {} where none came; `status` is 0 where nothing came.
 */
export class Failure extends Error {
  /**
   * @param {string} kind
   * @param {string} [detail]
   * @param {number} [seconds]
   * @param {{ status?: number, problem?: Record<string, any> }} [more]
   */
  constructor(kind, detail = "", seconds = 0, { status = 0, problem = {} } = {}) {
    super(detail || kind);
    this.kind = kind;
    this.detail = detail;
    this.seconds = seconds;
    this.status = status;
    this.problem = problem;
  }
}

/**
 * Ask, and return the response. Throws Failure for anything but success.
 * @param {string} method
 * @param {string} path Under the root of the interface.
 * @param {{ body?: object|null, headers?: Record<string, string>, signal?: AbortSignal|null, language: string }} options
 * @returns {Promise<Response>}
 */
export async function request(method, path, { body = null, headers = {}, signal = null, language }) {
  /** @type {RequestInit & { headers: Record<string, string> }} */
  const options = { method, headers: { "Accept-Language": language, ...headers }, cache: "no-store" };
  options.signal = signal ?? AbortSignal.timeout(PATIENCE);
  if (body) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(ROOT + path, options);
  } catch {
    throw new Failure("later");
  }
  if (response.ok) return response;
  throw failure(response, await problem(response));
}

function failure(response, found) {
  const { status } = response;
  const more = { status, problem: found };
  const detail = found.detail ?? "";
  if (status === 401 || status === 404) return new Failure("gone", detail, 0, more);
  const seconds = Number(response.headers.get("Retry-After")) || 0;
  if (status === 429 || status >= 500) return new Failure("later", status === 429 ? detail : "", seconds, more);
  return new Failure("refused", detail, 0, more);
}

async function problem(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}
