import { env } from "node:process";

import { defineConfig } from "vitest/config";

/** Where `npm run dev` sends API calls: the front door of a running stack. */
const frontDoor = env.FRONT_DOOR ?? "http://localhost:8700";

export default defineConfig({
  build: { target: "es2022", assetsInlineLimit: 0 },
  server: { proxy: { "/api": frontDoor, "/config.json": frontDoor } },
  test: { environment: "node", include: ["tests/**/*.test.{ts,tsx}"] },
});
