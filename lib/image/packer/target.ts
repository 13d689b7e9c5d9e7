import type { Extern, Inspection } from '../inspector/inspection';
import { isWasi02, witName } from '../inspector/wit-name';

interface World {
  readonly world: string;
  readonly exports: string;
  /** What a host of this world offers, at least. */
  readonly offers: RegExp;
}

/** @see https://github.com/WebAssembly/wasi-http/blob/main/wit/proxy.wit and wasi-cli's command.wit */
const WORLDS: readonly World[] = [
  {
    world: 'wasi:http/proxy',
    exports: 'wasi:http/incoming-handler',
    offers:
      /^wasi:(io\/(error|poll|streams)|clocks\/(monotonic|wall)-clock|random\/random|cli\/(stdin|stdout|stderr)|http\/(types|outgoing-handler))$/,
  },
  {
    world: 'wasi:cli/command',
    exports: 'wasi:cli/run',
    offers:
      /^wasi:(io\/(error|poll|streams)|clocks\/(monotonic|wall)-clock|random\/(random|insecure|insecure-seed)|cli\/(environment|exit|stdin|stdout|stderr|terminal-\w+)|filesystem\/(types|preopens)|sockets\/[a-z-]+)$/,
  },
];

/** The world a component fits exactly, such as `wasi:http/proxy@0.2.3`: no other export, no import beyond it. */
export function targetOf({ imports, exports }: Inspection): string | undefined {
  if (exports.length !== 1) return undefined;
  const only = witName(exports[0].name);
  const world = WORLDS.find((one) => one.exports === only?.interface);
  if (world === undefined || only === undefined || !isWasi02(only.version)) return undefined;
  const offered = ({ name }: Extern) => {
    const wit = witName(name);
    return wit !== undefined && isWasi02(wit.version) && world.offers.test(wit.interface);
  };
  return imports.every(offered) ? `${world.world}@${only.version}` : undefined;
}
