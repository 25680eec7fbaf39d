import { type ReactNode, useId } from "react";

interface PanelProps {
  title: string;
  name: string;
  aside?: ReactNode;
  busy?: boolean;
  children: ReactNode;
}

/** A titled region of the page. `name` is a stable hook for tests and deep links. */
export function Panel({ title, name, aside, busy = false, children }: PanelProps) {
  const heading = useId();
  return (
    <section className="panel" id={name} aria-labelledby={heading} aria-busy={busy}>
      <header className="panel-head">
        <h3 id={heading}>{title}</h3>
        {aside !== undefined && <div className="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
