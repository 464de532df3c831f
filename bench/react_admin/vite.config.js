import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Served at /react/, beside the API at /api/. All is in one chunk: react-admin's pages are no use without its library.
export default defineConfig({
  base: "/react/",
  plugins: [react()],
  build: { outDir: "served/react", chunkSizeWarningLimit: 2000 },
});
