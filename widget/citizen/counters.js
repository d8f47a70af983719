/** A counter to go to: asked for once, with its hours of this moment. */

import { filled, h, link, ours } from "../shared/core/dom.js";
import { focusTo } from "../shared/core/focus.js";
import { button, field, wrong } from "../shared/parts/field.js";
import { contactForm } from "./contact_form.js";

/**
 * Show the form that asks where.
 * @param {import("./person.js").Person} person
 * @param {{ route: "callback", available: boolean, windows?: { start: string, end: string }[] }} [callback] For an appointment.
 */
export function counterForm(person, callback) {
  const { words, settings } = person;
  const near = h("input", { autocomplete: "postal-code", maxlength: "100", dir: "auto", value: settings.municipality || null });
  const list = h("ul", { class: "plain counters" });
  const look = async () => {
    try {
      const found = await person.service.counters(near.value.trim());
      wrong(near, "");
      list.replaceChildren(...found.map((one) => h("li", {}, counter(one, words, appointment(person, one, callback)))));
      if (!found.length) list.append(h("li", {}, filled(words["person.none"], { phone: settings.phone })));
      focusTo(list.querySelector("h4") ?? list);
      list.scrollIntoView({ block: "start" });
    } catch (failure) {
      if (!failure.detail) throw failure;
      wrong(near, failure.detail);
    }
  };
  const submit = (event) => {
    event.preventDefault();
    person.try(look);
  };
  const form = h(
    "form",
    { novalidate: true, onsubmit: submit },
    field(words["person.where"], near),
    h("p", { class: "acts" },
      h("button", { type: "submit" }, words["person.find"]),
      button(words["person.back"], () => person.open(), { class: "quiet" })),
  );
  person.show(words["person.counter"], [form, list]);
}

/** Where one makes an appointment: on the counter's own page, else in a call that is asked for. */
function appointment(person, one, callback) {
  const { words } = person;
  const heard = h("span", { class: "heard" }, `: ${one.name}`);
  if (one.appointment) return h("p", {}, link(one.appointment, [words["counter.appointment"], heard, h("span", { class: "heard" }, ` (${words["widget.tab"]})`)], { target: "_blank" }));
  if (!one.appointment_by_call || !callback?.available) return null;
  return h("p", {}, button([words["person.appointment"], heard], () => contactForm(person, callback, one), { class: "quiet" }));
}

function counter({ name, address, hours, phone, url, week, directions }, words, visit) {
  const card = h("a", { href: ours(url), target: "_blank", rel: "noreferrer" }, words["person.card"], h("span", { class: "heard" }, ` (${words["widget.tab"]})`));
  return [
    h("h4", {}, h("bdi", {}, name)),
    h("p", {}, h("bdi", {}, address)),
    h("p", { class: "muted" }, hours),
    visit,
    week.length
      ? h("details", {}, h("summary", {}, words["counter.days"]), h("table", {}, week.map(({ day, hours: then }) => h("tr", {}, h("th", { scope: "row" }, day), h("td", {}, then)))))
      : null,
    directions ? h("p", {}, link(directions, [words["widget.directions"], h("span", { class: "heard" }, ` (${words["widget.tab"]})`)], { target: "_blank" })) : null,
    phone ? h("p", {}, link(`tel:${phone.replaceAll(" ", "")}`, h("bdi", { dir: "ltr" }, phone))) : null,
    h("p", {}, card),
  ];
}
