/** Building elements from words: nothing here reads HTML, so nothing that is said can become any. */

/** An element with attributes ("on…" listens; null and false leave out) and children (elements or words). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Words with their {places} filled. */
export function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/** An address of the service, from a page that may be somebody else's; "" for what is no address. */
export function ours(url) {
  try {
    return new URL(url, import.meta.url).href;
  } catch {
    return "";
  }
}

/** A link to an address of the web, a page of ours or a phone; other addresses stay words. */
export function link(url, words, attributes = {}) {
  const address = ours(url);
  return /^(https?|tel):/.test(address) ? h("a", { href: address, rel: "noreferrer", ...attributes }, words) : words;
}

/** Words with links where they stand; an address that is written out becomes one too. */
export function linked(text, links = []) {
  const found = links.length ? links.map((one) => [one.text, one.url]) : addresses(text).map((one) => [one, one]);
  const parts = [];
  let rest = text;
  for (const [words, url] of found) {
    const at = rest.indexOf(words);
    if (at < 0) continue;
    parts.push(rest.slice(0, at), link(url, words));
    rest = rest.slice(at + words.length);
  }
  return [...parts, rest];
}

function addresses(text) {
  return text.match(/https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g) ?? [];
}

/** The direction in which a language is written. */
export function direction(language) {
  return language === "ar" ? "rtl" : "ltr";
}

/** What has the focus in the part of the page, or the shadow, that an element is in. */
export function focusedBeside(element) {
  return /** @type {Document} */ (element.getRootNode()).activeElement ?? null;
}

/** From one moment to another as people of that language write it, with Latin digits. */
export function shownRange(start, end, language, options) {
  return new Intl.DateTimeFormat(`${language}-u-nu-latn`, options).formatRange(start, end);
}

/** A moment or a day as people of that language write it, with Latin digits. */
export function shown(moment, language, options) {
  return new Intl.DateTimeFormat(`${language}-u-nu-latn`, options).format(moment);
}
