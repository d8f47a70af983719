/** What this window keeps until it is closed: which conversation, what is not sent yet, what is being written. */

const SITE = new URLSearchParams(location.search).get("site");
// A window may show two sites one after the other: each keeps its own conversation.
const NAME = SITE ? `wegwijzer.talk.${SITE}` : "wegwijzer.talk";

/** One object in the window's session storage; in memory alone where a browser keeps nothing. */
export class Kept {
  constructor() {
    this.value = { conversation: null, outbox: [], draft: "" };
    try {
      Object.assign(this.value, JSON.parse(sessionStorage.getItem(NAME) ?? "{}"));
    } catch {
      // What cannot be read is not there.
    }
  }

  /** Change some of it. */
  set(changes) {
    Object.assign(this.value, changes);
    try {
      sessionStorage.setItem(NAME, JSON.stringify(this.value));
    } catch {
      // Full or forbidden: it lasts as long as the page.
    }
  }
}
