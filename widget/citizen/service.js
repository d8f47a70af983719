/** Talking to the service about one conversation, which is begun when it is needed. */

import { request } from "../shared/net/api.js";

/**
 * What the service tells a page, or a panel on somebody's page, of its site.
 * @typedef {object} Settings
 * @property {string} site Its id.
 * @property {string} name
 * @property {string[]} languages
 * @property {string} language That of the words around the conversation.
 * @property {boolean} chosen Whether the citizen chose it.
 * @property {number} max The longest message, in characters.
 * @property {string} phone
 * @property {string} file Name of a downloaded conversation.
 * @property {boolean} mails Whether the service can send mails.
 * @property {string} feedback Who reads what citizens say of answers; "" where nobody does.
 * @property {string} municipality That of the site, "" where it is for all.
 * @property {boolean} [tabs] Whether sources open in a tab of their own.
 * @property {string} [page] Address of the page the citizen is on.
 * @property {() => void} [print] How the conversation is printed, where it is not the page itself.
 */

export class Service {
  /**
   * @param {import("./kept.js").Kept} kept Holds the conversation.
   * @param {Settings} settings
   */
  constructor(kept, settings) {
    this.kept = kept;
    this.settings = settings;
    this.beginning = null;
  }

  get conversation() {
    return this.kept.value.conversation;
  }

  /** Begin a conversation if there is none; however often it is asked for, one is made. */
  async begin() {
    if (this.conversation) return;
    const { site, chosen, language } = this.settings;
    const body = { site, page: this.settings.page ?? location.pathname, ...(chosen ? { language } : {}) };
    this.beginning ??= this.made("/conversations", body).finally(() => {
      this.beginning = null;
    });
    await this.beginning;
  }

  /** Take up a conversation with a code. */
  async resume(code) {
    await this.made("/resume", { code });
  }

  /** Store a message; resolves when it is acknowledged. */
  async say(item) {
    const { chosen, language } = this.settings;
    const { declared } = this.conversation;
    // A language is a wish where it was chosen; then it holds until another one is.
    const wish = chosen || (declared && declared !== language) ? { language } : {};
    const option = item.option ? { option: item.option } : {};
    await this.ask("POST", "/messages", { body: { client_id: item.client_id, text: item.text, ...option, ...wish } });
    if (wish.language) this.kept.set({ conversation: { ...this.conversation, declared: language } });
  }

  /** One request about the conversation. */
  async ask(method, path, { body = null, accept = "application/json", signal = null, after = null } = {}) {
    const headers = { Authorization: `Bearer ${this.conversation.token}`, Accept: accept };
    if (after !== null) headers["Last-Event-ID"] = String(after);
    return this.request(method, `/conversations/${this.conversation.id}${path}`, { body, headers, signal });
  }

  /** The counters near a place. */
  async counters(near) {
    const { site, language } = this.settings;
    const response = await this.request("GET", `/counters?${new URLSearchParams({ near, site, language })}`, {});
    return (await response.json()).counters;
  }

  /** All that the page of an answer tells. */
  async page(id, language) {
    return (await this.request("GET", `/pages/${encodeURIComponent(id)}?${new URLSearchParams({ language })}`, {})).json();
  }

  async made(path, body) {
    const response = await this.request("POST", path, { body, headers: { Accept: "application/json" } });
    const { id, token } = await response.json();
    this.kept.set({ conversation: { id, token, declared: body.language ?? null } });
  }

  request(method, path, options) {
    return request(method, path, { ...options, language: this.settings.language });
  }
}
