import { defineConfig } from "tsdown";

/**
 * The package's program: dist/main.js, one level below the package's root as src/main.ts is, so that package.json,
 * assets and examples are found by the same relative address. What is imported on demand stays a file of its own, so
 * that `--help` loads little; dependencies stay dependencies.
 */
export default defineConfig({
  entry: { main: "src/main.ts" },
  outDir: "dist",
  format: "esm",
  platform: "node",
  target: "node24",
  outputOptions: { banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : "") },
  deps: { neverBundle: true },
  dts: false,
  hash: false,
  fixedExtension: false,
});
