/** Messages on their way: kept until the service has acknowledged them, sent again until it has, and never twice. */

import { Failure } from "./api.js";

const LONGEST = 30_000;
/** So many failures in a row, and who wrote it is told that it was not sent; it is still tried. */
const BEARABLE = 2;

export class Outbox {
  /**
   * @param {object} does
   * @param {object[]} does.items What was not sent before.
   * @param {(items: object[]) => void} does.keep Keeps what is on its way.
   * @param {(item: object) => Promise<unknown>} does.send Resolves when the message is acknowledged.
   * @param {(item: object) => void} does.changed Is told of every `item.state`: sending, not_sent, refused, sent.
   * @param {() => void} [does.gone] What it was meant for is not there any more; without it such a message is refused.
   */
  constructor({ items, keep, send, changed, gone = null }) {
    this.deliver = send;
    this.store = keep;
    this.changed = changed;
    this.gone = gone;
    this.items = items.map((one) => ({ ...one, state: "sending" }));
    this.failures = 0;
    this.busy = false;
    addEventListener("online", () => this.flush());
  }

  /** Put a message on its way: its words and whatever tells where it goes. */
  add(message) {
    const item = { client_id: newId(), ...message, state: "sending" };
    this.items.push(item);
    this.keep();
    this.changed(item);
    this.flush();
    return item;
  }

  /** It was acknowledged, or seen among the events. */
  sent(client_id) {
    const item = this.items.find((one) => one.client_id === client_id);
    if (!item) return;
    this.drop(item);
    item.state = "sent";
    this.changed(item);
  }

  /** Nobody wants to send it any more. */
  drop(item) {
    this.items = this.items.filter((one) => one !== item);
    this.keep();
  }

  /** Try what was refused or not sent again, now. */
  again(item) {
    item.state = "sending";
    item.detail = "";
    this.changed(item);
    this.flush();
  }

  /** Forget everything. */
  clear() {
    this.items = [];
    this.keep();
  }

  /** Send what waits, the oldest first, one after another. */
  async flush() {
    clearTimeout(this.timer);
    if (this.busy) return;
    this.busy = true;
    let wait = 0;
    for (let item = this.next(); item && !wait; item = this.next()) wait = await this.send(item);
    this.busy = false;
    if (wait) this.timer = setTimeout(() => this.flush(), wait);
  }

  next() {
    return this.items.find((one) => one.state !== "refused");
  }

  async send(item) {
    try {
      await this.deliver(item);
      this.failures = 0;
      this.sent(item.client_id);
      return 0;
    } catch (failure) {
      return this.failed(item, failure);
    }
  }

  failed(item, failure) {
    const kind = failure instanceof Failure ? failure.kind : "later";
    if (kind === "gone" && this.gone) {
      // What was said in it is erased; what is being said now begins another one.
      this.gone();
      this.failures += 1;
      return this.failures > 1 ? LONGEST : 0;
    }
    if (kind === "refused" || kind === "gone") {
      Object.assign(item, { state: "refused", detail: failure.detail });
      this.changed(item);
      return 0;
    }
    this.failures += 1;
    if (this.failures >= BEARABLE || failure.detail) {
      Object.assign(item, { state: "not_sent", detail: failure.detail ?? "" });
      this.changed(item);
    }
    return failure.seconds ? failure.seconds * 1000 : Math.min(LONGEST, 1000 * 2 ** (this.failures - 1));
  }

  keep() {
    this.store(this.items.map(({ state, detail, ...message }) => message));
  }
}

/** An id that no other message has. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
