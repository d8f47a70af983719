/** The brief: what is asked, what was answered and from where, what is still open, so that nothing is told twice. */

import { direction, h, link } from "../shared/core/dom.js";
import { away } from "./links.js";
import { languageName, reasonName, themeName } from "./names.js";

/**
 * The brief as a list of facts; those that are not there are left out.
 * @param {import("./shapes.js").Desk} desk
 * @param {import("./shapes.js").Brief} brief
 */
export function briefList(desk, brief) {
  const { t } = desk;
  const own = { lang: brief.language, dir: direction(brief.language) };
  const place = [languageName(desk, brief.language), brief.municipality, brief.theme && themeName(desk, brief.theme)];
  const reason = brief.reason && [reasonName(desk, brief.reason), brief.detail ? [" ", h("span", { class: "muted" }, `(${brief.detail})`)] : null];
  return away(desk, h("dl", { class: "brief" }, [
    fact(t("desk.brief_question"), brief.question && h("span", own, brief.question)),
    fact(t("desk.brief_open"), brief.open && brief.open !== brief.question && h("span", own, brief.open)),
    fact(t("desk.brief_who"), place.filter(Boolean).join(" · ")),
    fact(t("desk.brief_reason"), reason),
    fact(t("desk.brief_wish"), brief.wish && t(`desk.wish_${brief.wish}`)),
    fact(t("desk.brief_appointment"), brief.appointment && h("bdi", {}, `${brief.appointment.name}, ${brief.appointment.address}`)),
    fact(t("desk.brief_answered"), brief.answered.length ? brief.answered.map((one) => answered(one, own)) : null),
    fact(t("desk.brief_tried"), brief.tried.length ? brief.tried.map((one) => tried(t, one, own)) : null),
    fact(t("desk.brief_consent"), t(`desk.consent_${brief.consent}`)),
  ]));
}

function fact(name, value) {
  return value ? [h("dt", {}, name), h("dd", {}, value)] : [];
}

function answered(one, own) {
  const sources = one.sources.map((source) => h("li", {}, link(source.url, source.title)));
  return h("div", {}, one.question ? h("p", own, h("strong", {}, one.question)) : null, h("p", own, one.text), h("ul", { class: "plain" }, sources));
}

function tried(t, one, own) {
  return h("p", {}, t(`desk.tried_${one.kind}`), one.options.length ? [": ", h("span", own, one.options.join(" · "))] : null);
}
