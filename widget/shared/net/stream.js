/** Following server-sent events: a line that is cut or silent is taken up again where it was. */

const FIRST_WORD = 5_000;
/** Comments come every 15 s; a line that is silent for longer is dead, whatever the browser believes. */
const SILENCE = 40_000;
const LONGEST = 30_000;

/** @typedef {{ event: string, id: string, data: string }} Message */

export class Stream {
  /**
   * @param {object} does
   * @param {(signal: AbortSignal, last: string) => Promise<Response>} does.open Asks for the stream, after the last id.
   * @param {(message: Message) => void} does.take Gets each message as it comes.
   * @param {(online: boolean) => void} does.state Is told whether there is a connection.
   * @param {(failure: Error) => boolean} [does.ends] Whether it is of no use to try again.
   * @param {(alive: () => boolean) => Promise<void>} [does.before] Runs before each connection: what was missed.
   */
  constructor({ open, take, state, ends = () => false, before = null }) {
    this.open = open;
    this.take = take;
    this.state = state;
    this.ends = ends;
    this.before = before;
    this.run = null;
    this.failures = 0;
    this.cut = null;
    this.last = "";
    for (const name of ["online", "pageshow"]) addEventListener(name, () => this.hurry());
    document.addEventListener("visibilitychange", () => !document.hidden && this.hurry());
    document.addEventListener("resume", () => this.hurry());
  }

  /** Begin to follow, until `stop`; nothing where it is followed already. */
  async start() {
    if (this.run) return;
    const run = (this.run = {});
    const alive = () => this.run === run;
    while (alive()) {
      try {
        await this.before?.(alive);
        if (!alive()) return;
        if (this.before) this.connected();
        await this.follow(alive);
      } catch (failure) {
        if (!alive()) return;
        if (this.ends(failure)) return this.stop();
        this.failures += 1;
        if (this.failures > 1) this.state(false);
      }
      await this.pause();
    }
    return undefined;
  }

  /** Follow no more. */
  stop() {
    this.run = null;
    this.last = "";
    this.cut?.abort();
    this.wake?.();
  }

  /** Try again at once: the network is back, or somebody looks at the page again. */
  hurry() {
    this.wake?.();
    if (this.silentSince && Date.now() - this.silentSince > SILENCE / 2) this.cut?.abort();
  }

  connected() {
    this.failures = 0;
    this.state(true);
  }

  async follow(alive) {
    this.cut = new AbortController();
    this.expect(FIRST_WORD);
    try {
      const response = await this.open(this.cut.signal, this.last);
      if (alive()) this.connected();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const found = { event: "message", id: "", data: "" };
      let rest = "";
      for (let part = await reader.read(); !part.done && alive(); part = await reader.read()) {
        this.expect(SILENCE);
        const lines = (rest + part.value).split("\n");
        rest = lines.pop();
        for (const line of lines) this.line(line, found, alive);
      }
    } finally {
      clearTimeout(this.watch);
    }
  }

  /** One line of the stream; an empty one ends a message. */
  line(line, found, alive) {
    const at = line.indexOf(":");
    const value = line.slice(at + 1).replace(/^ /, "");
    if (at > 0 && Object.hasOwn(found, line.slice(0, at))) found[line.slice(0, at)] = value;
    if (line !== "" || !found.data) return;
    const message = { ...found };
    Object.assign(found, { event: "message", id: "", data: "" });
    if (!alive()) return;
    if (message.id) this.last = message.id;
    this.take(message);
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
