/** Following a conversation: events in order, each once, however often the connection is cut. */

import { Failure } from "./service.js";

const FIRST_WORD = 5_000;
/** Comments come every 15 s; a line that is silent for longer is dead, whatever the browser believes. */
const SILENCE = 40_000;
const LONGEST = 30_000;

export class Stream {
  /**
   * `heard(event, old)` gets each event, `old` where the citizen has seen it before; `state(online)` is told whether
   * there is a connection, `gone()` that there is no such conversation.
   */
  constructor(service, { heard, state, gone }) {
    Object.assign(this, { service, heard, state, gone });
    this.last = 0;
    this.run = null;
    this.failures = 0;
    this.cut = null;
    for (const name of ["online", "pageshow"]) addEventListener(name, () => this.hurry());
    document.addEventListener("visibilitychange", () => !document.hidden && this.hurry());
  }

  /** Begin to follow, or go on; `again` says that the first that is heard was seen before. */
  async start({ again = false } = {}) {
    if (this.run) return;
    const run = (this.run = { again });
    while (this.run === run) {
      try {
        await this.poll(run);
        if (this.run !== run) return;
        run.again = false;
        this.failures = 0;
        this.state(true);
        await this.follow(run);
      } catch (failure) {
        if (this.run !== run) return;
        if (failure instanceof Failure && failure.kind === "gone") {
          this.stop();
          this.gone();
          return;
        }
        this.failures += 1;
        if (this.failures > 1) this.state(false);
      }
      await this.pause();
    }
  }

  /** Follow no more, and forget what was heard. */
  stop() {
    this.run = null;
    this.last = 0;
    this.cut?.abort();
    this.wake?.();
  }

  /** Try again at once: the network is back, or somebody looks at the page again. */
  hurry() {
    this.wake?.();
    if (this.silentSince && Date.now() - this.silentSince > SILENCE / 2) this.cut?.abort();
  }

  async poll(run) {
    let found;
    do {
      const response = await this.service.ask("GET", `/events?after=${this.last}`);
      found = (await response.json()).events;
      for (const event of found) this.take(run, event);
    } while (found.length && this.run === run);
  }

  async follow(run) {
    this.cut = new AbortController();
    this.expect(FIRST_WORD);
    try {
      const options = { accept: "text/event-stream", signal: this.cut.signal, after: this.last };
      const response = await this.service.ask("GET", "/events", options);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (let part = await reader.read(); !part.done && this.run === run; part = await reader.read()) {
        this.expect(SILENCE);
        const lines = (rest + part.value).split("\n");
        rest = lines.pop();
        for (const line of lines) if (line.startsWith("data: ")) this.take(run, JSON.parse(line.slice(6)));
      }
    } finally {
      clearTimeout(this.watch);
    }
  }

  take(run, event) {
    if (this.run !== run) return;
    if (event.seq !== null) {
      if (event.seq <= this.last) return;
      this.last = event.seq;
    }
    this.heard(event, run.again);
  }

  expect(milliseconds) {
    clearTimeout(this.watch);
    this.silentSince = Date.now();
    this.watch = setTimeout(() => this.cut.abort(), milliseconds);
  }

  pause() {
    const wait = Math.min(LONGEST, 500 * 2 ** this.failures) * (0.5 + Math.random() / 2);
    return new Promise((done) => {
      this.wake = done;
      setTimeout(done, wait);
    });
  }
}
