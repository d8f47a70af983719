/** Talking to the service: every failure is told apart by what one can do about it. */

const ROOT = "/api/v1";
const PATIENCE = 20_000;

/** `kind`: "later" (try again, after `seconds` if known), "refused" (`detail` says why), "gone" (no such conversation). */
export class Failure extends Error {
  constructor(kind, detail = "", seconds = 0) {
    super(detail || kind);
    Object.assign(this, { kind, detail, seconds });
  }
}

export class Service {
  /** `kept` holds the conversation; `settings` are those of the page. */
  constructor(kept, settings) {
    this.kept = kept;
    this.settings = settings;
    this.beginning = null;
  }

  get conversation() {
    return this.kept.value.conversation;
  }

  /** Begin a conversation if there is none; however often it is asked for, one is made. */
  async begin() {
    if (this.conversation) return;
    const { site, chosen, language } = this.settings;
    const body = { site, page: location.pathname, ...(chosen ? { language } : {}) };
    this.beginning ??= this.made("/conversations", body).finally(() => {
      this.beginning = null;
    });
    await this.beginning;
  }

  /** Take up a conversation with a code. */
  async resume(code) {
    await this.made("/resume", { code });
  }

  /** Store a message; resolves when it is acknowledged. */
  async say(item) {
    const { chosen, language } = this.settings;
    const { declared } = this.conversation;
    // A language is a wish where it was chosen; then it holds until another one is.
    const wish = chosen || (declared && declared !== language) ? { language } : {};
    const option = item.option ? { option: item.option } : {};
    await this.ask("POST", "/messages", { body: { client_id: item.client_id, text: item.text, ...option, ...wish } });
    if (wish.language) this.kept.set({ conversation: { ...this.conversation, declared: language } });
  }

  /** One request about the conversation. */
  async ask(method, path, { body = null, accept = "application/json", signal = null, after = null } = {}) {
    const headers = { Authorization: `Bearer ${this.conversation.token}`, Accept: accept };
    if (after !== null) headers["Last-Event-ID"] = String(after);
    return this.request(method, `/conversations/${this.conversation.id}${path}`, { body, headers, signal });
  }

  async made(path, body) {
    const response = await this.request("POST", path, { body, headers: { Accept: "application/json" } });
    const { id, token } = await response.json();
    this.kept.set({ conversation: { id, token, declared: body.language ?? null } });
  }

  async request(method, path, { body, headers, signal = null }) {
    const options = { method, headers, signal: signal ?? AbortSignal.timeout(PATIENCE), cache: "no-store" };
    if (body) {
      options.body = JSON.stringify(body);
      headers["Content-Type"] = "application/json";
    }
    headers["Accept-Language"] = this.settings.language;
    let response;
    try {
      response = await fetch(ROOT + path, options);
    } catch {
      throw new Failure("later");
    }
    if (response.ok) return response;
    throw failure(response.status, await problem(response), Number(response.headers.get("Retry-After")) || 0);
  }
}

function failure(status, detail, seconds) {
  if (status === 401 || status === 404) return new Failure("gone", detail);
  if (status === 429 || status >= 500) return new Failure("later", status === 429 ? detail : "", seconds);
  return new Failure("refused", detail);
}

async function problem(response) {
  try {
    return (await response.json()).detail ?? "";
  } catch {
    return "";
  }
}
