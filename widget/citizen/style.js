/** The style sheets of the panel: the roles of the theme, and every size measured by the reader's own text size. */

import parts from "../shared/parts/parts.css";
import reply from "../shared/talk/reply.css";
import roles from "../shared/tokens/roles.css";
import own from "./citizen.css";
import talk from "./talk.css";

const DARK = "@media (prefers-color-scheme: dark)";

// Many pages of government set the size of `rem` for themselves: ours comes from the reader's browser.
try {
  CSS.registerProperty({ name: "--ww-rem", syntax: "<length>", inherits: true, initialValue: "16px" });
} catch {
  // Registered before, by another copy of this script.
}

/**
 * The texts of the style sheets.
 * @param {{ theme: string|null, brand: string }} look `theme` is light, dark or what the reader's device has.
 */
export function texts({ theme, brand }) {
  const when = { light: "@media not all", dark: "@media all" }[theme ?? ""] ?? DARK;
  const themed = roles.replaceAll(":root", ".assistant").replace(DARK, when);
  const site = brand ? `.assistant { --ww-brand: ${brand}; --ww-on-brand: white; }` : "";
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
