import { useState } from "react";

import { disconnect } from "../api/connection.ts";
import { useServices } from "../services.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { Notice } from "../ui/Notice.tsx";
import { asApiError } from "../ui/useResource.ts";

export function DisconnectDialog({ onClose, onDisconnected }: { onClose: () => void; onDisconnected: () => void }) {
  const { api } = useServices();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function confirm(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      await disconnect(api);
      onClose();
      onDisconnected();
    } catch (cause) {
      setFailure(asApiError(cause).message);
      setBusy(false);
    }
  }

  return (
    <ConfirmDialog
      title="Disconnect Amazon?"
      confirmLabel="Disconnect"
      busy={busy}
      onConfirm={() => void confirm()}
      onCancel={onClose}
    >
      <p>Sellerport forgets its access to your seller accounts and stops fetching orders and stock.</p>
      <p>You can connect again at any time.</p>
      {failure !== null && <Notice tone="bad" title="Still connected" text={failure} />}
    </ConfirmDialog>
  );
}
