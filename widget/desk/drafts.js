/** What is being written, by conversation, and what is not sent yet: kept in this window until its owner logs out. */

const PREFIX = "wegwijzer.desk.";

export class Drafts {
  /** @param {string} username Each has its own; those of others in this window are erased. */
  constructor(username) {
    this.name = PREFIX + username;
    this.value = { drafts: {}, outbox: [] };
    try {
      for (const other of Object.keys(sessionStorage)) {
        if (other.startsWith(PREFIX) && other !== this.name) sessionStorage.removeItem(other);
      }
      Object.assign(this.value, JSON.parse(sessionStorage.getItem(this.name) ?? "{}"));
    } catch {
      // A browser that keeps nothing: it lasts as long as the page.
    }
  }

  /** What is being written in a conversation; `kind` is "reply" or "note". */
  get(conversation, kind) {
    return this.value.drafts[conversation]?.[kind] ?? "";
  }

  /** Keep what is being written. */
  set(conversation, kind, text) {
    const all = this.value.drafts;
    all[conversation] = { ...all[conversation], [kind]: text };
    if (!Object.values(all[conversation]).some(Boolean)) delete all[conversation];
    this.keep();
  }

  get outbox() {
    return this.value.outbox;
  }

  set outbox(items) {
    this.value.outbox = items;
    this.keep();
  }

  /** Erase everything: its owner leaves. */
  clear() {
    this.value = { drafts: {}, outbox: [] };
    try {
      sessionStorage.removeItem(this.name);
    } catch {
      // Nothing was kept.
    }
  }

  keep() {
    try {
      sessionStorage.setItem(this.name, JSON.stringify(this.value));
    } catch {
      // Full or forbidden.
    }
  }
}
