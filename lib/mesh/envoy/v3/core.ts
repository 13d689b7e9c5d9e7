/** Envoy's configuration is protobuf as JSON: durations are texts, 64 bit numbers too. @see https://protobuf.dev/programming-guides/json/ */
export type DurationText = `${number}s`;

/** A message of a type that only its name tells. */
export type Typed<Body extends object = object> = { readonly '@type': `type.googleapis.com/${string}` } & Body;

/** An extension: what it is called, and its settings. */
export interface Extension<Config extends Typed = Typed> {
  readonly name: string;
  readonly typed_config: Config;
}

export interface SocketAddress {
  readonly socket_address: {
    readonly address: string;
    readonly port_value: number;
    readonly ipv4_compat?: true;
  };
}

export interface PipeAddress {
  readonly pipe: { readonly path: string; readonly mode?: number };
}

export type StringMatcher =
  | { readonly exact: string }
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly contains: string };

export interface HeaderMatcher {
  readonly name: string;
  readonly string_match: StringMatcher;
}
