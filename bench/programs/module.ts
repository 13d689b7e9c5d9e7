import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ImageFormat, WasmImage } from 'cdk8s-wasm';
import { report } from './measure';

/** What a 12 MB component costs: `BENCH_LAYOUT` is `artifact`, `image`, or `sha256` for reading and hashing alone. */
const file = process.env.BENCH_MODULE ?? '';
if (process.env.BENCH_LAYOUT === 'sha256') createHash('sha256').update(readFileSync(file)).digest('hex');
else {
  const image = WasmImage.fromModule(file, { repository: 'ghcr.io/acme/gateway' });
  image.digestIn(process.env.BENCH_LAYOUT === 'image' ? ImageFormat.IMAGE : ImageFormat.ARTIFACT);
}
report();
