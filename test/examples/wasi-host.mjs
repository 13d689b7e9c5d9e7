// node wasi-host.mjs MODULE OPTIONS: runs a WASI p1 command and ends as it ends.
// OPTIONS is the JSON of `args`, `env` and `preopens` of node:wasi, which wants at least one variable in `env`.
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [module, options] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', returnOnExit: true, ...JSON.parse(options) });
const { instance } = await WebAssembly.instantiate(await readFile(module), wasi.getImportObject());
process.exitCode = wasi.start(instance);
