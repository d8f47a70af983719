/** The shapes of the staff API that the desk reads, for whoever reads its code. */

/**
 * @typedef {{ question: string|null, open: string|null, language: string, municipality: string|null,
 *   theme: string|null, reason: string|null, detail: string, wish: string, consent: string,
 *   answered: { question: string, text: string, sources: { title: string, url: string }[] }[],
 *   tried: { kind: string, reason: string, options: string[] }[], messages: number, since: string }} Brief
 *
 * @typedef {{ id: number, site: string, language: string, theme: string|null, municipality: string|null,
 *   reason: string|null, since: string, team: string|null, reserved_for: string|null,
 *   transfer: { by: string, why: string }|null, returned: boolean, brief: Brief }} Waiting
 *
 * @typedef {Waiting & { conversation_id: string, status: string, unread: number, unanswered_since: string|null,
 *   last: { author: string, text: string, at: string }|null }} Mine
 *
 * @typedef {{ me: { username: string, name: string },
 *   presence: { state: string, capacity: number, languages: string[], teams: string[], has: number },
 *   sites: { id: string, name: string, sample: boolean, languages: string[], teams: string[] }[],
 *   queue: Waiting[], mine: Mine[], cases?: { open: number, late: number }, desks: { id: string, name: string }[],
 *   colleagues: { username: string, name: string, state: string, has: number, capacity: number }[] }} State
 *
 * @typedef {object} Desk What every part of the page is given.
 * @property {import("./api.js").Api} api
 * @property {(key: string, values?: object) => string} t The words of a key.
 * @property {string} language
 * @property {Record<string, Record<string, string>>} replies The words inside replies, by language.
 * @property {number} max The longest message.
 * @property {State|null} state
 * @property {(words: string, options?: { urgent?: boolean }) => void} tell Shows and says something once.
 * @property {(words: string, options?: { urgent?: boolean, language?: string }) => void} say Lets something be heard.
 * @property {(does: () => Promise<void>) => Promise<boolean>} act Does something, and tells what went wrong.
 * @property {import("./drafts.js").Drafts} drafts
 */

export {};
