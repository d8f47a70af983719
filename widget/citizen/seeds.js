/** What a page sets of our look in its own CSS, on the element: colours in which words can be read, corners, a distance. */

/** WCAG 2.2, criterion 1.4.3. */
const LEAST = 4.5;
const PAIRS = ["brand", "action"];
/** The largest corners and distance, in pixels. */
const MOST = { radius: 16, offset: 160 };
/** How a colour ends that nobody set: a page cannot set it either, for a colour must hide what is under it. */
const UNSET = /, 0\)$/;

for (const name of PAIRS) {
  register(`--ww-${name}`, "<color>", "transparent");
  register(`--ww-on-${name}`, "<color>", "white");
}
register("--ww-radius", "<length>", "-1px");
register("--ww-offset", "<length>", "-1px");
// Many pages of government set the size of `rem` for themselves: ours comes from the reader's browser.
register("--ww-rem", "<length>", "16px");

function register(name, syntax, initialValue) {
  try {
    CSS.registerProperty({ name, syntax, inherits: true, initialValue });
  } catch {
    // Registered before, by another copy of this script; or it will be read as it is written.
  }
}

/**
 * The roles that the page sets, as declarations; a pair under 4.5:1 is left out, and the console says why.
 * @param {Element} element
 */
export function seeds(element) {
  const set = getComputedStyle(element);
  const value = (name) => set.getPropertyValue(`--ww-${name}`).trim();
  const found = PAIRS.flatMap((name) => pair(name, value(name), value(`on-${name}`)));
  for (const [name, most] of Object.entries(MOST)) {
    const pixels = parseFloat(value(name));
    if (pixels >= 0) found.push(`--ww-${name}: ${Math.min(pixels, most)}px`);
  }
  return found;
}

function pair(name, under, words) {
  if (!under || UNSET.test(under)) return [];
  const [low, high] = [luminance(under), luminance(words)].sort((one, other) => one - other);
  const ratio = (high + 0.05) / (low + 0.05);
  if (!(ratio >= LEAST)) {
    console.warn(`citizen-assistant: --ww-${name} ${under} with ${words}: contrast ${ratio.toFixed(2)}:1, at least ${LEAST}:1 is needed; not used.`);
    return [];
  }
  const hover = name === "action" ? [`--ww-action-hover: ${under}`] : [];
  return [`--ww-${name}: ${under}`, `--ww-on-${name}: ${words}`, ...hover];
}

/** How much light a colour gives, as WCAG 2.2 defines it; not a number for what is no opaque colour of sRGB. */
function luminance(colour) {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour)?.slice(1).map(Number) ?? [NaN, NaN, NaN];
  const [red, green, blue] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
