/** What somebody chose for this browser: sounds and keys of one letter, both off until asked for. */

const NAME = "wegwijzer.desk.preferences";

export class Preferences {
  constructor() {
    this.value = { sounds: false, keys: false };
    try {
      Object.assign(this.value, JSON.parse(localStorage.getItem(NAME) ?? "{}"));
    } catch {
      // What cannot be read was not chosen.
    }
  }

  /** Choose; it holds in this browser until it is changed. */
  set(changes) {
    Object.assign(this.value, changes);
    try {
      localStorage.setItem(NAME, JSON.stringify(this.value));
    } catch {
      // It lasts as long as the page.
    }
  }
}
