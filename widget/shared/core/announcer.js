/** What is heard: one message at a time, in its language, never the conversation itself a second time. */

import { direction } from "./dom.js";

const SHOWN_FOR = 1_000;

export class Announcer {
  /** `polite` waits for a pause of the reader, `urgent` does not. */
  constructor(polite, urgent) {
    this.polite = polite;
    this.urgent = urgent;
    this.queue = [];
    this.running = false;
  }

  /** Let this be heard after what is waiting. */
  say(text, language, { urgent = false } = {}) {
    this.queue.push({ text, language, node: urgent ? this.urgent : this.polite });
    this.run();
  }

  async run() {
    if (this.running) return;
    this.running = true;
    while (this.queue.length) {
      const { text, language, node } = this.queue.shift();
      node.lang = language;
      node.dir = direction(language);
      node.textContent = text;
      await new Promise((done) => setTimeout(done, SHOWN_FOR));
      node.textContent = "";
    }
    this.running = false;
  }
}
