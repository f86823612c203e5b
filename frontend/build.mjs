// Bundles the query editor into the folder that the service serves; nothing of it is loaded from another host.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
await build({
  absWorkingDir: root,
  entryPoints: { editor: "src/editor.js" },
  outdir: process.env.ZHIYIN_VENDOR ?? "../service/zhiyin/web/static/vendor",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2021"],
  legalComments: "linked",
  loader: { ".svg": "dataurl", ".woff2": "dataurl" },
  logLevel: "warning",
});
