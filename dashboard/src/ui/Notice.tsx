interface NoticeProps {
  tone: "good" | "info" | "warn" | "bad";
  title: string;
  text?: string;
  /** The id under which our logs know this failure. */
  reference?: string | null;
  action?: { label: string; onClick: () => void };
  onDismiss?: () => void;
}

export function Notice({ tone, title, text, reference, action, onDismiss }: NoticeProps) {
  return (
    <div className={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <div className="notice-body">
        <strong>{title}</strong>
        {text !== undefined && <p>{text}</p>}
        {reference !== null && reference !== undefined && <p className="reference">Reference {reference}</p>}
      </div>
      {action !== undefined && (
        <button type="button" className="button quiet" onClick={action.onClick}>
          {action.label}
        </button>
      )}
      {onDismiss !== undefined && (
        <button type="button" className="icon-button" aria-label="Dismiss this message" onClick={onDismiss}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="m4 4 8 8m0-8-8 8" />
          </svg>
        </button>
      )}
    </div>
  );
}
