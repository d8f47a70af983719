/** Whether an answer helped, and if not why: asked only where somebody reads it. */

import { filled, h } from "../shared/core/dom.js";
import { focusTo } from "../shared/core/focus.js";
import { choose, field, freshId } from "../shared/parts/field.js";

const REASONS = ["wrong", "incomplete", "unclear"];

/**
 * The question under an answer.
 * @param {number} seq The number of the answer.
 * @param {{ who: string, service: import("./service.js").Service, words: Record<string, string> }} setup
 */
export function usefulness(seq, { who, service, words }) {
  const id = freshId("useful");
  const thanks = h("p", { role: "status" });
  const tell = async (body) => {
    try {
      await service.ask("POST", "/feedback", { body: { seq, ...body } });
      thanks.textContent = filled(words["widget.thanks"], { who });
    } catch (failure) {
      thanks.textContent = failure.detail || words["talk.not_sent"];
    }
    group.replaceChildren(thanks);
    focusTo(thanks);
  };
  const yes = h("button", { type: "button", class: "quiet", onclick: () => tell({ useful: true }) }, words["widget.yes"]);
  const no = h("button", { type: "button", class: "quiet", onclick: () => why() }, words["widget.no"]);
  const why = () => {
    const form = reasons(words, tell);
    group.replaceChildren(form);
    focusTo(form.querySelector("select"));
    form.scrollIntoView({ block: "nearest" });
  };
  const group = h("div", { class: "useful", role: "group", "aria-labelledby": id }, h("p", { id }, words["widget.useful"]), yes, " ", no);
  return group;
}

function reasons(words, tell) {
  const reason = choose(REASONS.map((one) => [one, words[`widget.${one}`]]));
  const comment = h("textarea", { rows: "2", maxlength: "1000", autocomplete: "off", dir: "auto" });
  const submit = (event) => {
    event.preventDefault();
    tell({ useful: false, reason: reason.value, ...(comment.value.trim() ? { comment: comment.value.trim() } : {}) });
  };
  return h(
    "form",
    { onsubmit: submit },
    field(words["widget.why"], reason),
    field(words["widget.comment"], comment),
    h("button", { type: "submit", class: "quiet" }, words["page.send"]),
  );
}
