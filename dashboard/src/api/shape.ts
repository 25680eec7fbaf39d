/** Reads unknown JSON field by field: what is missing or of the wrong kind becomes the stated default, never `undefined`. */
export class Shape {
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#value = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  }

  text(name: string): string | null {
    const value = this.#value[name];
    return typeof value === "string" && value !== "" ? value : null;
  }

  count(name: string): number {
    const value = this.#value[name];
    return typeof value === "number" && Number.isFinite(value) ? value : 0;
  }

  flag(name: string): boolean {
    return this.#value[name] === true;
  }

  has(name: string): boolean {
    return this.#value[name] !== undefined && this.#value[name] !== null;
  }

  inner(name: string): Shape {
    return new Shape(this.#value[name]);
  }

  texts(name: string): string[] {
    return this.#list(name).filter((item) => typeof item === "string");
  }

  inners(name: string): Shape[] {
    return this.#list(name).map((item) => new Shape(item));
  }

  #list(name: string): unknown[] {
    const value = this.#value[name];
    return Array.isArray(value) ? value : [];
  }
}
