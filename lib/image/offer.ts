import type { Offer } from '../runtime/compatibility';
import type { WasmImage } from './wasm-image';

/** What an image offers a runtime; undefined where nobody could read what is in it. */
export const offerOf = ({ payload, source, formats, extensions }: WasmImage): Offer | undefined =>
  payload && { source, payload, formats, extensions };
