import type { InventoryFigures } from "../api/dashboard.ts";
import { Freshness } from "../ui/Freshness.tsx";
import { Loaded } from "../ui/Loaded.tsx";
import { formatCount } from "../ui/money.ts";
import { Panel } from "../ui/Panel.tsx";
import { Tile, TilePlaceholders } from "../ui/Tile.tsx";
import type { Resource } from "../ui/useResource.ts";

interface InventoryPanelProps {
  inventory: Resource<InventoryFigures>;
  isConnected: boolean;
}

export function InventoryPanel({ inventory, isConnected }: InventoryPanelProps) {
  return (
    <Panel title="Stock" name="inventory" busy={inventory.loading}>
      <Loaded resource={inventory} placeholder={<TilePlaceholders count={4} />}>
        {(figures) =>
          !isConnected && figures.totalSkus === 0 ? (
            <p className="empty">Your stock appears here once Amazon is connected.</p>
          ) : (
            <>
              <StockTiles figures={figures} />
              <Freshness asOf={figures.lastSynced ?? figures.asOf} />
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function StockTiles({ figures }: { figures: InventoryFigures }) {
  const { lowStockItems: low, outOfStockItems: out } = figures;
  return (
    <dl className="tiles">
      <Tile name="totalSKUs" label="SKUs" values={[formatCount(figures.totalSkus)]} />
      <Tile name="totalQuantity" label="Units" values={[formatCount(figures.totalQuantity)]} note="at Amazon, all states" />
      <Tile
        name="lowStockItems"
        label="Low stock"
        values={[formatCount(low)]}
        note={low === 0 ? "all above their reorder point" : "below their reorder point"}
        tone={low === 0 ? "plain" : "warn"}
      />
      <Tile
        name="outOfStockItems"
        label="Out of stock"
        values={[formatCount(out)]}
        note={out === 0 ? "everything can be sold" : "cannot be sold now"}
        tone={out === 0 ? "plain" : "bad"}
      />
    </dl>
  );
}
