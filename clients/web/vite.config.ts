import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // The page's own policy forbids data: scripts and styles; small files stay files.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  worker: { format: "es" },
  server: { proxy: { "/ws": { target: "ws://127.0.0.1:8080", ws: true }, "/worlds": "http://127.0.0.1:8080" } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
