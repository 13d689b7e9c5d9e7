import type { Finding } from '../diagnostics';
import type { ImageOrigin } from './image-origin';

/** An image about which nothing is known but what is wrong. `WasmImage` answers every question with that. */
export function brokenOrigin(source: string, findings: readonly Finding[]): ImageOrigin {
  const never = () => {
    throw new Error(`${source} has errors and no digest`);
  };
  return {
    source,
    repository: '',
    guest: { imports: [], exports: [], extensions: [] },
    formats: [],
    findings,
    digest: never,
    lockEntry: never,
  };
}
