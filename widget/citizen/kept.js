/** What this window keeps until it is closed: which conversation, what is not sent yet, what is being written. */

/**
 * @typedef {object} Value
 * @property {{ id: string, token: string, declared: string|null }|null} conversation
 * @property {object[]} outbox
 * @property {string} draft
 * @property {string} language What the citizen chose, "" where nothing was chosen.
 * @property {boolean} large
 * @property {boolean} easy Whether the easy text comes first, where there is one.
 * @property {boolean} enlarged Whether the panel is wide.
 * @property {boolean} dictates Whether the maker of the browser may hear what is dictated.
 * @property {number} seen The last event that was on the screen.
 */

/** One object in the window's session storage; in memory alone where a browser keeps nothing. */
export class Kept {
  /** @param {string} site A window may show two sites one after the other: each keeps its own conversation. */
  constructor(site) {
    this.name = `wegwijzer.talk.${site}`;
    /** @type {Value} */
    this.value = {
      conversation: null, outbox: [], draft: "", language: "", large: false, easy: false, enlarged: false, dictates: false, seen: 0,
    };
    try {
      Object.assign(this.value, JSON.parse(sessionStorage.getItem(this.name) ?? "{}"));
    } catch {
      // What cannot be read is not there.
    }
  }

  /** @param {Partial<Value>} changes */
  set(changes) {
    Object.assign(this.value, changes);
    try {
      sessionStorage.setItem(this.name, JSON.stringify(this.value));
    } catch {
      // Full or forbidden: it lasts as long as the page.
    }
  }
}
