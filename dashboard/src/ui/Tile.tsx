import type { ReactNode } from "react";

interface TileProps {
  name: string;
  label: string;
  /** One line, or one per currency. */
  values: string[];
  note?: ReactNode;
  tone?: "plain" | "warn" | "bad";
}

/** Above this many characters a figure is set smaller, so that it stays on one line. */
const LONG = 11;

/** One figure. A changed value is keyed anew, which replays its short highlight. */
export function Tile({ name, label, values, note, tone = "plain" }: TileProps) {
  const size = values.some((value) => value.length > LONG) ? "small" : values.length > 1 ? "middle" : "";
  return (
    <div className={`tile ${tone}`} data-tile={name}>
      <dt>{label}</dt>
      <dd>
        {values.map((value, line) => (
          <span className={`figure ${size}`} key={`${line}:${value}`}>
            {value}
          </span>
        ))}
        {note !== undefined && <span className="tile-note">{note}</span>}
      </dd>
    </div>
  );
}

export function TilePlaceholders({ count }: { count: number }) {
  return (
    <div className="tiles" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div className="tile waiting" key={index} />
      ))}
    </div>
  );
}
