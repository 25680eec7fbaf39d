export interface ServerEvent {
  id: string | null;
  type: string;
  data: string;
}

/**
 * Cuts a text stream into server-sent events (WHATWG HTML, section 9.2.6).
 *
 * Feed it chunks as they come; it returns the events they complete. Comments (heartbeats) and events without data
 * yield nothing. All three line endings count, also when a CR LF pair is split between two chunks.
 */
export class EventStreamParser {
  #buffer = "";
  #first = true;
  #skipLineFeed = false;
  #id: string | null = null;
  #lastId: string | null = null;
  #type = "";
  #data: string[] = [];

  /** The id to resume after; an id may come without data, which moves the cursor and yields no event. */
  get lastId(): string | null {
    return this.#lastId;
  }

  push(chunk: string): ServerEvent[] {
    if (chunk === "") return [];
    let text = chunk;
    if (this.#first) {
      this.#first = false;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    if (this.#skipLineFeed && text.startsWith("\n")) text = text.slice(1);
    this.#skipLineFeed = chunk.endsWith("\r");

    const lines = (this.#buffer + text).split(/\r\n|\r|\n/);
    this.#buffer = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): ServerEvent | null {
    if (line === "") return this.#dispatch();
    if (line.startsWith(":")) return null;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const rest = colon < 0 ? "" : line.slice(colon + 1);
    const value = rest.startsWith(" ") ? rest.slice(1) : rest;
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#type = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return null;
  }

  #dispatch(): ServerEvent | null {
    const event = { id: this.#id, type: this.#type || "message", data: this.#data.join("\n") };
    const empty = this.#data.length === 0;
    this.#lastId = this.#id;
    this.#type = "";
    this.#data = [];
    return empty ? null : event;
  }
}
