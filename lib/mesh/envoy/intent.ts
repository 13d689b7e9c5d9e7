/** Where others of the mesh come in: TLS with certificates on both sides. */
export const INBOUND_PORT = 8443;
/** The paths of HEALTH_PATHS and the drain hook. */
export const HEALTH_PORT = 15021;
/** `/stats/prometheus` and nothing else. */
export const STATS_PORT = 15090;

/** Long enough to be cheap, short enough that a certificate that was replaced is soon no longer in use. */
export const MAX_CONNECTION_SECONDS = 60;

/** What one Envoy has to do: it stands beside one program and speaks for it. Everything else follows from this. */
export interface EnvoyIntent {
  /** Name of the program, the same for every copy of it: `--service-cluster`. */
  readonly service: string;
  /** Its own SPIFFE ID, such as `spiffe://shop.example/ns/shop/sa/cart`. */
  readonly identity: string;
  /** Such as `shop.example`. */
  readonly trustDomain: string;
  /** Absent for a program that only calls others. */
  readonly app?: AppIntent;
  readonly egress: readonly EgressIntent[];
  readonly certificates: CertificateFiles;
  /** Absolute folder of the files of `files()`. */
  readonly configDirectory: string;
  /** @see HEALTH_PORT */
  readonly healthPort: number;
  /** @see STATS_PORT */
  readonly statsPort: number;
  /**
   * Socket of the admin interface: an absolute path, whose folder exists and can be written, with the mode 0600;
   * or `@name`, an abstract socket, open to every process that shares Envoy's network.
   */
  readonly adminPipe: string;
  /**
   * Path of the drain hook on the health port, such as `/drain-3f9c2a`. Whoever can reach the port and knows the path
   * can end keep-alive and nothing more: every listener goes on answering. @see healthListener
   */
  readonly drainPath: string;
  /** How long connections are gently ended after the drain hook was called. */
  readonly drainSeconds: number;
  /** Connections from outside are ended after so long, and made anew. @see MAX_CONNECTION_SECONDS */
  readonly maxConnectionSeconds: number;
  /** Addresses to listen on and to ask DNS for. @default 'V4' */
  readonly ipFamily?: IpFamily;
}

/** V6 and DUAL listen on `::`, and take IPv4 as well. */
export type IpFamily = 'V4' | 'V6' | 'DUAL';

/** A server that speaks HTTP/1.1 on 127.0.0.1, and who may talk to it. */
export interface AppIntent {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Path that answers 200 to 399 while the program is well. @default - it is well while it accepts connections */
  readonly healthPath?: string;
  /** For callers of the mesh. @default - none gets in */
  readonly inbound?: InboundIntent;
  /** For callers outside of the mesh, in plain text. @default - none gets in */
  readonly edge?: EdgeIntent;
}

export interface InboundIntent {
  /** @see INBOUND_PORT */
  readonly port: number;
  /** Empty lets nobody in. */
  readonly callers: readonly Caller[];
  /** For one request, from its first byte to the last of its answer. 0 for no limit. */
  readonly timeoutSeconds: number;
}

export interface Caller {
  /** Its SPIFFE ID. */
  readonly identity: string;
  /** In capitals, exactly these: GET does not include HEAD. @default - every method */
  readonly methods?: readonly string[];
}

export interface EdgeIntent {
  readonly port: number;
  /** For one request, from its first byte to the last of its answer. 0 for no limit. */
  readonly timeoutSeconds: number;
}

/** One declared call: a port on 127.0.0.1 behind which the callee seems to be. */
export interface EgressIntent {
  /** Of the callee, unique among the calls: letters, digits, `-` and `_`. */
  readonly name: string;
  /** On 127.0.0.1. @see freeEgressPort */
  readonly listenPort: number;
  /** DNS name of the callee, complete, without the dot at its end. */
  readonly host: string;
  readonly port: number;
  /** SPIFFE ID of the callee; a server with another one is not talked to. */
  readonly identity: string;
  /** For one call with its retries. 0 for no limit. */
  readonly timeoutSeconds: number;
  /** In capitals; others are refused here already, with 403. @default - every method */
  readonly methods?: readonly string[];
}

/** PEM files that are replaced together, by moving a symbolic link inside of `directory`. */
export interface CertificateFiles {
  /** Absolute. Not inside of `configDirectory`. */
  readonly directory: string;
  /** File names in `directory`. */
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}
