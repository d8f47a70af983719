/** Following a conversation: events in order, each once, however often the connection is cut. */

import { Failure } from "../shared/net/api.js";
import { Stream as Connection } from "../shared/net/stream.js";

export class Stream {
  /**
   * `heard(event, old)` gets each event, `old` where the citizen has seen it before; `state(online)` is told whether
   * there is a connection, `gone()` that there is no such conversation.
   */
  constructor(service, { heard, state, gone }) {
    this.service = service;
    this.heard = heard;
    this.last = 0;
    this.again = false;
    this.connection = new Connection({
      before: (alive) => this.poll(alive),
      open: (signal) => this.service.ask("GET", "/events", { accept: "text/event-stream", signal, after: this.last }),
      take: (message) => this.take(JSON.parse(message.data)),
      state,
      ends: (failure) => {
        const ended = failure instanceof Failure && failure.kind === "gone";
        if (ended) gone();
        return ended;
      },
    });
  }

  /** Begin to follow, or go on; `again` says that the first that is heard was seen before. */
  start({ again = false } = {}) {
    if (this.connection.run) return;
    this.again = again;
    this.connection.start();
  }

  /** Follow no more, and forget what was heard. */
  stop() {
    this.last = 0;
    this.connection.stop();
  }

  async poll(alive) {
    let found;
    do {
      const response = await this.service.ask("GET", `/events?after=${this.last}`);
      found = (await response.json()).events;
      for (const event of found) if (alive()) this.take(event);
    } while (found.length && alive());
    if (alive()) this.again = false;
  }

  take(event) {
    if (event.seq !== null) {
      if (event.seq <= this.last) return;
      this.last = event.seq;
    }
    this.heard(event, this.again);
  }
}
