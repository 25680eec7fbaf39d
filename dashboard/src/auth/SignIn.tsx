import { useState } from "react";

import type { Outcome } from "../amazon/outcome.ts";
import { useServices } from "../services.ts";
import { Mark } from "../ui/Mark.tsx";
import { Notice } from "../ui/Notice.tsx";

interface SignInProps {
  problem: string | null;
  hint: string | null;
  outcome: Outcome | null;
}

export function SignIn({ problem, hint, outcome }: SignInProps) {
  const { gate } = useServices();
  const [leaving, setLeaving] = useState(false);
  const [failure, setFailure] = useState(problem);

  async function signIn(): Promise<void> {
    setLeaving(true);
    setFailure(null);
    try {
      await gate.signIn();
    } catch {
      setFailure("The sign-in service cannot be reached. Please try again in a moment.");
      setLeaving(false);
    }
  }

  return (
    <main className="gate">
      <div className="gate-card">
        <Mark />
        <h1>Sellerport</h1>
        <p className="lead">Connect your Amazon seller account once, and watch orders and stock as they change.</p>
        {outcome !== null && <Notice tone={outcome.tone} title={outcome.title} text={outcome.text} />}
        {failure !== null && <Notice tone="bad" title="You are not signed in" text={failure} />}
        {failure === null && hint !== null && <p className="hint">{hint}</p>}
        <button type="button" className="button primary wide" disabled={leaving} onClick={() => void signIn()}>
          {leaving ? "Opening the sign-in page…" : "Sign in"}
        </button>
      </div>
    </main>
  );
}
