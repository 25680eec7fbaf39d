/** The Sellerport mark: a quay and an arrow that comes in. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path className="quay" d="M8 21.5c2.2 1.7 5 2.5 8 2.5s5.8-.8 8-2.5" />
      <path className="arrow" d="M16 7v11M9.5 12.5 16 7l6.5 5.5" />
    </svg>
  );
}
