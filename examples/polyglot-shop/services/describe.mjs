// node describe.mjs DIR: writes DIR/modules.json, which says what each module in DIR was built with.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const source = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const npmPin = (service, name) => ({
  name,
  version: JSON.parse(source(`${service}/package-lock.json`)).packages[`node_modules/${name}`].version,
});
const rust = { name: 'rust', version: /channel = "(.+)"/.exec(source('rust-toolchain.toml'))[1] };
const go = { name: 'go', version: /^toolchain go(.+)$/m.exec(source('restock/go.mod'))[1] };

// Reproducible: the same sources and pins give the same bytes on every machine.
const SERVICES = {
  // The snapshot of the engine's memory holds random seeds.
  gateway: {
    language: 'JavaScript',
    toolchain: npmPin('gateway', '@bytecodealliance/componentize-js'),
    reproducible: false,
  },
  cart: { language: 'Rust', toolchain: rust, reproducible: true },
  inventory: { language: 'Rust', toolchain: rust, reproducible: true },
  restock: { language: 'Go', toolchain: go, reproducible: true },
  report: { language: 'AssemblyScript', toolchain: npmPin('report', 'assemblyscript'), reproducible: true },
};

const directory = process.argv[2];
const modules = {};
for (const [service, facts] of Object.entries(SERVICES)) {
  const file = `${service}.wasm`;
  if (!existsSync(join(directory, file))) continue; // not built here
  const bytes = readFileSync(join(directory, file));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  modules[service] = { file, ...facts, sha256, size: bytes.length };
}
writeFileSync(join(directory, 'modules.json'), `${JSON.stringify(modules, null, 2)}\n`);
