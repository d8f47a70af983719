/** What can be done with a conversation beside writing: pass it on, have the citizen called, give it back, close it. */

import { h } from "../shared/core/dom.js";
import { focusable } from "../shared/core/focus.js";
import { Failure } from "../shared/net/api.js";
import { button, choose, field, radios, wrong } from "../shared/parts/field.js";
import { windowOf } from "./names.js";

const ACTS = { transfer: transferForm, callback: callbackForm, hand_back: handBackForm, close: closeForm };

export class Acts {
  /**
   * @param {import("./shapes.js").Desk} desk
   * @param {(words: string, options: { leaves: boolean }) => void} done Is told what was done, and whether it is gone from here.
   */
  constructor(desk, done) {
    Object.assign(this, { desk, done, conversation: null, site: null, consent: "", windows: [] });
    const toggle = (name) => h("button", { type: "button", class: "quiet", "aria-expanded": "false", "data-act": name, onclick: () => this.open(name) }, desk.t(`desk.act_${name}`));
    this.buttons = h("div", { class: "acts" }, Object.keys(ACTS).map(toggle));
    this.place = h("div", { class: "act", hidden: true });
    this.place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.back();
    });
    this.element = h("div", {}, this.buttons, this.place);
  }

  /** For which conversation. */
  show({ conversation, handover, windows }) {
    const consent = handover?.consent ?? "without_transcript";
    Object.assign(this, { conversation: conversation.id, site: conversation.site, consent, windows });
    this.shut();
  }

  /** Open a form under the buttons, or close the one that is open. */
  open(name) {
    const opener = this.buttons.querySelector(`[data-act=${name}]`);
    const was = opener.getAttribute("aria-expanded") === "true";
    this.shut();
    if (was) return;
    opener.setAttribute("aria-expanded", "true");
    this.opener = opener;
    const { fields, send, says, leaves = true } = ACTS[name](this.desk, this);
    const submit = (event) => {
      event.preventDefault();
      this.desk.act(async () => {
        const result = await send();
        if (result === false) return;
        this.shut();
        this.done(typeof says === "function" ? says(result) : says, { leaves });
      });
    };
    const yes = h("button", { type: "submit" }, this.desk.t(`desk.act_${name}`));
    const no = button(this.desk.t("desk.cancel"), () => this.back(), { class: "quiet" });
    this.place.replaceChildren(h("form", { novalidate: true, onsubmit: submit }, fields, h("p", { class: "acts" }, yes, " ", no)));
    this.place.hidden = false;
    focusable(this.place)[0].focus();
  }

  back() {
    this.shut();
    this.opener.focus();
  }

  shut() {
    this.place.hidden = true;
    this.place.replaceChildren();
    for (const one of this.buttons.children) one.setAttribute("aria-expanded", "false");
  }

  post(path, body = null) {
    return this.desk.api.post(`/desk/conversations/${this.conversation}${path}`, body);
  }
}

function transferForm(desk, acts) {
  const { t, state } = desk;
  const teams = state.sites.find((one) => one.id === acts.site)?.teams ?? [];
  const colleagues = state.colleagues.map((one) => [`agent ${one.username}`, `${one.name} · ${t(`desk.presence_${one.state}`)} · ${one.has}/${one.capacity}`]);
  const others = state.desks.filter((one) => one.id !== acts.site).map((one) => [`site ${one.id}`, one.name]);
  const group = (words, options) => (options.length ? h("optgroup", { label: words }, options.map(([value, shown]) => h("option", { value }, shown))) : null);
  const to = h("select", {}, h("option", { value: "" }, t("desk.choose")), group(t("desk.colleague"), colleagues), group(t("desk.team"), teams.map((one) => [`team ${one}`, one])), group(t("desk.organisation"), others));
  const why = h("input", { autocomplete: "off", maxlength: "500" });
  const send = () => {
    wrong(to, to.value ? "" : t("desk.choose_whom"));
    if (!to.value) return false;
    wrong(why, why.value.trim() ? "" : t("desk.say_why"));
    if (!why.value.trim()) return false;
    const [kind, ...whom] = to.value.split(" ");
    return acts.post("/transfer", { [kind]: whom.join(" "), why: why.value.trim() });
  };
  return { fields: [field(t("desk.transfer_to"), to), field(t("desk.why"), why, t("desk.why_hint"))], send, says: t("desk.transferred_on") };
}

function callbackForm(desk, acts) {
  const { t } = desk;
  const phone = h("input", { type: "tel", inputmode: "tel", autocomplete: "off", dir: "ltr", maxlength: "40" });
  const name = h("input", { autocomplete: "off", maxlength: "200" });
  const start = choose(acts.windows.map((one) => [one.start, windowOf(desk, one)]));
  const send = async () => {
    wrong(start, "");
    wrong(phone, phone.value.trim() ? "" : t("desk.phone_first"));
    if (!phone.value.trim()) return false;
    const slots = { phone: phone.value.trim(), name: name.value.trim(), ...(start.value ? { window: start.value } : {}) };
    try {
      return await acts.post("/callback", { route: "callback", consent: acts.consent, slots });
    } catch (failure) {
      const slot = failure instanceof Failure && { phone, window: start }[failure.problem.slot];
      if (!slot) throw failure;
      wrong(slot, failure.detail);
      return false;
    }
  };
  const fields = [field(t("desk.phone"), phone, t("desk.phone_hint")), field(t("desk.name_optional"), name), field(t("desk.from_when"), start)];
  return { fields, send, leaves: false, says: (made) => t("desk.callback_made", { reference: made.reference }) };
}

function handBackForm(desk, acts) {
  return { fields: [h("p", {}, desk.t("desk.hand_back_sure"))], send: () => acts.post("/hand-back"), says: desk.t("desk.handed_back") };
}

function closeForm(desk, acts) {
  const { t } = desk;
  const answers = [["true", t("desk.solved_yes")], ["false", t("desk.solved_no")], ["", t("desk.solved_unknown")]];
  const solved = radios(t("desk.solved"), "solved", answers, "");
  const send = () => {
    const { value } = solved.querySelector(":checked");
    return acts.post("/close", { solved: value ? value === "true" : null });
  };
  return { fields: [solved], send, says: t("desk.closed_now") };
}
