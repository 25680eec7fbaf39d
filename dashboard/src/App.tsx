import { useEffect, useState, useSyncExternalStore } from "react";

import type { Outcome } from "./amazon/outcome.ts";
import { SignIn } from "./auth/SignIn.tsx";
import { Dashboard } from "./Dashboard.tsx";
import { useServices } from "./services.ts";

interface AppProps {
  signInProblem: string | null;
  outcome: Outcome | null;
}

export function App({ signInProblem, outcome }: AppProps) {
  const { sessions } = useServices();
  const session = useSyncExternalStore(sessions.subscribe, sessions.current);
  const [hadSession] = useState(session !== null);

  useEffect(() => {
    if (session === null) return;
    const timer = setTimeout(() => sessions.end(), Math.min(session.expiresAt - Date.now(), 2 ** 31 - 1));
    return () => clearTimeout(timer);
  }, [session, sessions]);

  if (session === null) {
    const ended = hadSession ? "You are signed out. Sign in to go on." : null;
    return <SignIn problem={signInProblem} hint={ended} outcome={outcome} />;
  }
  return <Dashboard session={session} arrived={outcome} />;
}
