import type { Session } from "../auth/session.ts";
import type { FeedState } from "../live/feed.ts";
import { LiveBadge } from "../live/LiveBadge.tsx";
import { useServices } from "../services.ts";
import { Mark } from "../ui/Mark.tsx";

export function TopBar({ session, live }: { session: Session; live: FeedState }) {
  const { gate } = useServices();
  return (
    <header className="top-bar">
      <div className="top-bar-inner">
        <h1 className="brand">
          <Mark /> Sellerport
        </h1>
        <LiveBadge state={live} />
        <span className="who" title={session.name}>
          {session.name}
        </span>
        <button type="button" className="button quiet" onClick={() => void gate.signOut()}>
          Sign out
        </button>
      </div>
    </header>
  );
}
