import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    // Nothing is inlined as a data address: the content security policy allows none for fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the server's addresses hold is hashed and never changes.
    assetsDir: "assets",
    chunkSizeWarningLimit: 400,
  },
  // `GAIA_TOKEN=… npx vite` while working on it: a server that runs answers, without a cookie.
  server: {
    proxy: {
      "/api": {
        target: process.env["GAIA_ADDRESS"] ?? "http://127.0.0.1:4242",
        headers: { authorization: `Bearer ${process.env["GAIA_TOKEN"] ?? ""}` },
        ws: true,
      },
      "/ready": { target: process.env["GAIA_ADDRESS"] ?? "http://127.0.0.1:4242" },
    },
  },
});
