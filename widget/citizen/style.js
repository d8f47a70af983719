/** The style sheets of the panel: the roles of the theme, and every size measured by the reader's own text size. */

import parts from "../shared/parts/parts.css";
import reply from "../shared/talk/reply.css";
import roles from "../shared/tokens/roles.css";
import own from "./citizen.css";
import talk from "./talk.css";

const DARK = "@media (prefers-color-scheme: dark)";

/**
 * The texts of the style sheets.
 * @param {{ theme: string|null, brand: string, seeds?: string[] }} look `theme` is light, dark or what the reader's
 *   device has; `brand` is the site's colour, `seeds` what the page sets in its stead.
 */
export function texts({ theme, brand, seeds = [] }) {
  const when = { light: "@media not all", dark: "@media all" }[theme ?? ""] ?? DARK;
  const themed = roles.replaceAll(":root", ".assistant").replace(DARK, when);
  const coloured = brand ? [`--ww-brand: ${brand}`, "--ww-on-brand: white"] : [];
  const site = `.assistant { ${[...coloured, ...seeds].join("; ")} }`;
  return [themed, site, parts, reply, talk, own].map((text) => text.replace(/([\d.]+)rem\b/g, "calc($1 * var(--ww-rem))"));
}

/** The same as sheets that a shadow adopts. */
export function sheets(look) {
  return texts(look).map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}
