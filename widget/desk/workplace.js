/** The place of work: the list, the conversation and the help beside each other, cases and history behind them. */

import { h } from "../shared/core/dom.js";
import { focusTo } from "../shared/core/focus.js";
import { Outbox } from "../shared/net/outbox.js";
import { Stream } from "../shared/net/stream.js";
import { Assist } from "./assist.js";
import { Cases } from "./cases.js";
import { Conversation } from "./conversation.js";
import { Header } from "./header.js";
import { Hearing } from "./hearing.js";
import { History } from "./history.js";
import { listen } from "./keys.js";
import { opensSources } from "./links.js";
import { MineList } from "./mine.js";
import { Queue } from "./queue.js";

const PANES = ["list", "talk", "help"];

export class Workplace {
  /** @param {import("./shapes.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.hearing = new Hearing(desk);
    this.outbox = this.makeOutbox();
    this.queue = new Queue(desk, (mine) => this.visit(`conversation/${mine.conversation_id}`));
    this.mine = new MineList(desk);
    this.talk = new Conversation(desk, { outbox: this.outbox, shown: (found) => this.looking(found), news: (event) => this.news(event), left: () => this.left() });
    this.assist = new Assist(desk, (words) => this.put(words));
    this.cases = new Cases(desk);
    this.history = new History(desk, (id) => `#conversation/${id}`);
    this.header = new Header(desk, { leave: () => desk.leave() });
    this.build();
  }

  makeOutbox() {
    const { api, drafts } = this.desk;
    return new Outbox({
      items: drafts.outbox,
      keep: (items) => {
        drafts.outbox = items;
      },
      send: ({ conversation, client_id, text }) => api.post(`/desk/conversations/${conversation}/messages`, { client_id, text }),
      changed: (item) => this.moved(item),
    });
  }

  build() {
    const { t } = this.desk;
    const tab = (name) => h("button", { type: "button", "data-pane": name, onclick: () => this.pane(name) }, t(`desk.pane_${name}`));
    this.tabs = h("div", { class: "tabs", role: "group", "aria-label": t("desk.panes") }, PANES.map(tab));
    const list = h("div", { class: "list" }, this.mine.element, this.queue.element);
    this.work = h("div", { class: "work" }, this.tabs, list, this.talk.element, this.assist.element);
    this.main = h("main", { tabindex: "-1" }, this.work, this.cases.element, this.history.element);
    opensSources(this.main);
    const skip = (event) => {
      event.preventDefault();
      this.pane("talk");
      focusTo(this.talk.title);
    };
    this.skip = h("a", { class: "skip", href: "#conversation", onclick: skip }, t("desk.skip"));
    this.pane("list");
  }

  /** Begin to follow, and go where the address says. */
  async start({ focus }) {
    this.show(this.desk.state);
    listen(this.desk.preferences, this.keys());
    addEventListener("hashchange", () => this.go({ focus: true }));
    this.follow();
    this.outbox.flush();
    await this.go();
    if (focus) this.queue.title.focus();
  }

  keys() {
    const writes = (kind) => () => this.talk.found?.yours_to_write && this.talk.composer.focus(kind);
    const look = (name, title) => () => {
      this.visit(this.talk.id ? `conversation/${this.talk.id}` : "work");
      this.pane(name);
      title.focus();
    };
    const next = () => {
      const found = this.mine.nextWaiting();
      if (found) this.visit(`conversation/${found.conversation_id}`);
    };
    return {
      claim: () => this.queue.claimNext(),
      next,
      reply: writes("reply"),
      note: writes("note"),
      queue: look("list", this.queue.title),
      help: look("help", this.assist.title),
    };
  }

  follow() {
    let fresh = false;
    const open = async (signal) => {
      const response = await this.desk.api.ask("GET", "/desk/stream", { signal, headers: { Accept: "text/event-stream" } });
      fresh = true;
      return response;
    };
    const take = ({ event, data }) => {
      const found = JSON.parse(data);
      if (event === "desk") {
        this.show(found);
        // What was said while there was no connection is in the conversation, not in the stream.
        if (fresh) this.talk.refresh();
        fresh = false;
      }
      if (event === "message") this.heard(found.conversation_id, found.event);
      else if (event === "typing" && found.conversation_id === this.talk.id) this.talk.citizenTypes();
    };
    new Stream({ open, take, state: (online) => this.desk.connection(online) }).start();
  }

  /** Show a state of the desk, and let be heard what is new in it. */
  show(state) {
    const before = this.desk.state;
    this.desk.state = state;
    this.header.show(state);
    this.queue.show(state);
    this.mine.show(state, this.talk.id);
    if (before !== state) this.hearing.changed(before, state);
    if (!this.talk.found) return;
    const mine = state.mine.find((one) => one.conversation_id === this.talk.id);
    if (this.talk.found.mine !== Boolean(mine)) this.talk.refresh();
    else if (mine) this.talk.follow(mine);
  }

  heard(conversation, event) {
    if (conversation === this.talk.id && this.talk.found) this.talk.heard(event);
    else this.hearing.event(conversation, event, false);
  }

  /** Something new was said in the conversation that is open. */
  news(event) {
    this.hearing.event(this.talk.id, event, true);
    if (event.author === "citizen") this.assist.renew();
  }

  /** Go where the address says. */
  async go({ focus = false } = {}) {
    const [view, id = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
    const place = ["cases", "history"].includes(view) ? view : "work";
    this.header.at(place);
    for (const name of ["cases", "history"]) this[name].element.hidden = place !== name;
    this.work.hidden = place !== "work";
    if (place !== "work") {
      await this[place].show(id, { focus });
      if (focus && !id) this[place].title.focus();
    } else if (view === "conversation" && id) await this.open(id, focus);
    else if (this.talk.id) await this.desk.act(() => this.talk.open(null));
  }

  async open(id, focus) {
    this.pane("talk");
    this.desk.line.hidden = true;
    if (!(await this.desk.act(() => this.talk.open(id, { focus })))) this.visit("work");
  }

  visit(hash) {
    location.hash = hash;
  }

  looking(found) {
    this.mine.show(this.desk.state, this.talk.id);
    const id = found ? this.talk.id : null;
    const mine = Boolean(found?.yours_to_write);
    if (this.assist.conversation !== id || this.assist.mine !== mine) this.assist.show(id, mine);
  }

  left() {
    this.pane("list");
    this.visit("work");
    this.queue.title.focus();
  }

  put(words) {
    this.pane("talk");
    this.talk.composer.insert(words);
    this.desk.say(this.desk.t("desk.is_ready"));
  }

  /** Where one part at a time fits, this one. */
  pane(name) {
    this.work.dataset.pane = name;
    for (const tab of this.tabs.children) {
      if (tab.dataset.pane === name) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  }

  moved(item) {
    this.talk.moved(item);
    if (["not_sent", "refused"].includes(item.state)) this.desk.tell(item.detail || this.desk.t("talk.not_sent"), { urgent: true });
  }
}
