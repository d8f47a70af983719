/** How things are called on the desk: a language, a theme, why a person is asked for, a conversation. */

import { shown } from "../shared/core/dom.js";

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const MOMENT = { day: "numeric", month: "short", ...CLOCK };
const DAY = { weekday: "short", ...MOMENT };
const SHORT = 80;

/** The name of a language in the reader's. */
export function languageName(desk, code) {
  try {
    return new Intl.DisplayNames([desk.language], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The name of a theme; one that has no words is its code. */
export function themeName(desk, theme) {
  const name = desk.t(`themes.${theme}`);
  return name.startsWith("themes.") ? theme : name;
}

/** The name of a colleague who is at a desk, else the username. */
export function colleagueName(desk, username) {
  return desk.state?.colleagues.find((one) => one.username === username)?.name ?? username;
}

/** The name of a site. */
export function siteName(desk, id) {
  return desk.state?.sites.find((one) => one.id === id)?.name ?? id;
}

/** Why a person is asked for. */
export function reasonName(desk, reason) {
  const name = desk.t(`desk.reason_${reason}`);
  return name.startsWith("desk.") ? reason : name;
}

/** What a conversation is about, in the citizen's own masked words, cut where they are long. */
export function titleOf(desk, item) {
  const words = item.brief?.open || item.brief?.question || desk.t("desk.untitled");
  return words.length > SHORT ? `${words.slice(0, SHORT - 1)}…` : words;
}

/** The line under a title: language, municipality, theme, site, reason. */
export function factsOf(desk, item) {
  const { brief } = item;
  return [
    languageName(desk, item.language),
    item.municipality,
    item.theme && themeName(desk, item.theme),
    desk.state?.sites.length > 1 && siteName(desk, item.site),
    item.reason && reasonName(desk, item.reason),
    brief?.wish && brief.wish !== "agent" && desk.t(`desk.wish_${brief.wish}`),
  ].filter(Boolean);
}

/** A moment: the time of today, else with the day. */
export function moment(desk, at) {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return shown(date, desk.language, today ? CLOCK : MOMENT);
}

/** The time in which somebody is called. */
export function windowOf(desk, { start, end }) {
  return `${shown(new Date(start), desk.language, DAY)} – ${shown(new Date(end), desk.language, CLOCK)}`;
}

/** Minutes that somebody waits, in words. */
export function waited(desk, minutes) {
  if (minutes < 1) return desk.t("desk.wait_short");
  return minutes < 120 ? desk.t("desk.wait", { n: minutes }) : desk.t("desk.wait_hours", { n: Math.floor(minutes / 60) });
}

/** Whether an event warns of danger: shown to both sides, also while people have the conversation. */
export function isDanger(event) {
  if (event.reply) return Boolean(event.reply.reason?.startsWith("danger_"));
  return event.type === "notice" && event.author === "assistant" && ["waiting", "with_agent"].includes(event.status);
}
