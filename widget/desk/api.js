/** The staff API: asks with the proof that it is this page, and where the log-in has ended, asks again once it is back. */

import { Failure, request } from "../shared/net/api.js";

export class Api {
  /**
   * @param {string} language
   * @param {() => Promise<object>} logIn Lets somebody log in; resolves with who it is.
   */
  constructor(language, logIn) {
    Object.assign(this, { language, logIn });
    this.me = null;
    this.waiting = null;
  }

  /** Who is logged in, null where nobody is. */
  async whoami() {
    try {
      return await this.once("GET", "/staff/me").then(read);
    } catch (failure) {
      if (failure instanceof Failure && failure.status === 401) return null;
      throw failure;
    }
  }

  /** Log in. Throws Failure. */
  async enter(username, password) {
    return read(await this.once("POST", "/staff/login", { body: { username, password } }));
  }

  get(path, options = {}) {
    return this.ask("GET", path, options).then(read);
  }

  post(path, body = null) {
    return this.ask("POST", path, { body }).then(read);
  }

  put(path, body) {
    return this.ask("PUT", path, { body }).then(read);
  }

  patch(path, body) {
    return this.ask("PATCH", path, { body }).then(read);
  }

  /** One request; the response. A log-in that has ended is waited for, one that was renewed elsewhere is taken over. */
  async ask(method, path, options = {}) {
    try {
      return await this.once(method, path, options);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (failure.status === 401) await this.back();
      else if (failure.status !== 403 || !(await this.renewed())) throw failure;
      return this.once(method, path, options);
    }
  }

  once(method, path, { headers = {}, ...options } = {}) {
    const proof = method !== "GET" && this.me ? { "X-CSRF-Token": this.me.csrf } : {};
    return request(method, path, { ...options, headers: { ...proof, ...headers }, language: this.language });
  }

  /** Wait until somebody has logged in again, however many requests wait for it. */
  back() {
    this.waiting ??= this.logIn().finally(() => {
      this.waiting = null;
    });
    return this.waiting;
  }

  /** Whether somebody logged in anew in another window, so that the proof is another one now. */
  async renewed() {
    const me = await this.whoami();
    if (!me || me.csrf === this.me?.csrf || me.username !== this.me?.username) return false;
    this.me = me;
    return true;
  }
}

async function read(response) {
  return response.status === 204 ? null : response.json();
}
