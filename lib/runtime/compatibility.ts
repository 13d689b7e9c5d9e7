import { EXTENSION_NOT_PROVIDED, type Finding, FORMAT_NOT_TAKEN, PAYLOAD_NOT_RUN } from '../diagnostics';
import type { GuestFacts } from './runtime-facts';
import type { ImageFormat, WasmPayload } from './vocabulary';
import { CRUN, SHIMS, type WasmRuntime } from './wasm-runtime';

/** What an image says about itself, as far as a runtime has to agree with it. */
export interface Offer {
  readonly source: string;
  readonly payload: WasmPayload;
  readonly formats: readonly ImageFormat[];
  /** Host interfaces beyond WASI that the guest imports, such as `wasmedge-sockets`. */
  readonly extensions: readonly string[];
}

/** The format an image is pulled in: the first one that both sides know. */
export const agreedFormat = (offer: Offer, runtime: WasmRuntime): ImageFormat | undefined =>
  guestOf(offer, runtime)?.formats.find((format) => offer.formats.includes(format));

export const guestOf = (offer: Offer, runtime: WasmRuntime): GuestFacts | undefined =>
  runtime.facts.guests[offer.payload];

/** Whether the bytes can run: payload first, since format and extensions follow from it. */
export function* offerFindings(offer: Offer, runtime: WasmRuntime): Generator<Finding> {
  const guest = guestOf(offer, runtime);
  const { source, payload } = offer;
  const others = alternatives(offer);
  if (guest === undefined) {
    yield PAYLOAD_NOT_RUN.with({ source, payload, runtime: runtime.name, runs: runtime.runs, others });
    return;
  }
  if (agreedFormat(offer, runtime) === undefined) {
    yield FORMAT_NOT_TAKEN.with({ source, has: offer.formats, runtime: runtime.name, takes: guest.formats });
  }
  const missing = missingExtensions(offer, guest);
  if (missing.length > 0) yield EXTENSION_NOT_PROVIDED.with({ source, missing, runtime: runtime.name, others });
}

/** Runtimes that run the bytes as they are. */
function alternatives(offer: Offer): string[] {
  const shims = SHIMS.filter((other) => runs(offer, other));
  return (shims.length > 0 ? shims : CRUN.filter((other) => runs(offer, other))).map((other) => other.name);
}

const missingExtensions = (offer: Offer, guest: GuestFacts) =>
  offer.extensions.filter((extension) => !guest.extensions.includes(extension));

function runs(offer: Offer, runtime: WasmRuntime): boolean {
  const guest = guestOf(offer, runtime);
  return (
    guest !== undefined && agreedFormat(offer, runtime) !== undefined && missingExtensions(offer, guest).length === 0
  );
}
