// node componentize.mjs OUT.wasm: gateway.js and the engine that runs it, as one component.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { componentize } from '@bytecodealliance/componentize-js';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { component } = await componentize({
  sourcePath: here('gateway.js'),
  witPath: here('wit'),
  worldName: 'gateway',
  wizerBin: here('wizer.mjs'),
  env: { PATH: process.env.PATH }, // for wizer.mjs to find node
});
await writeFile(process.argv[2], component);
