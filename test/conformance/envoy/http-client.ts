import { type Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { type ConnectionOptions, TLSSocket } from 'node:tls';
import type { Certificate } from './authority';
import type { Echo } from './echo-app';

export interface ClientOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Whose certificate to show over TLS; `'none'` for TLS without one. @default - plain text */
  readonly as?: Certificate | 'none';
  /** Keeps connections. @default - a new connection, closed afterwards */
  readonly agent?: HttpAgent | HttpsAgent;
  /** Never sends the end of the request. */
  readonly unfinished?: true;
  /** A session to resume. */
  readonly session?: Buffer;
  /** In the place of 127.0.0.1 and the port. */
  readonly socketPath?: string;
  /** Told of the sessions the server offers. */
  readonly onSession?: (session: Buffer) => void;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether TLS was resumed. */
  readonly resumed: boolean;
}

/** Sends one request to 127.0.0.1. @throws the error of the connection */
export function send(port: number, path: string, options: ClientOptions = {}): Promise<Answer> {
  const { method, headers, as, socketPath, session, agent = false } = options;
  const target = { host: '127.0.0.1', port, path, method, headers, agent, timeout: 10_000 };
  return new Promise((resolve, reject) => {
    const secure = { ...target, ...(as && identityOf(as)), session, minVersion: 'TLSv1.3' } as const;
    const outgoing =
      as === undefined
        ? httpRequest({ ...target, ...(socketPath === undefined ? {} : { socketPath }) })
        : httpsRequest(secure);
    outgoing.once('socket', (socket) => {
      if (options.onSession !== undefined) socket.on('session', options.onSession);
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer within 10 s')));
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          resumed: incoming.socket instanceof TLSSocket && incoming.socket.isSessionReused(),
        }),
      );
    });
    if (options.unfinished) outgoing.flushHeaders();
    else outgoing.end();
  });
}

/** The server is judged by its chain only: what is tested is how it judges its clients. */
const identityOf = (as: Certificate | 'none'): ConnectionOptions =>
  as === 'none'
    ? { rejectUnauthorized: false }
    : { cert: as.certificate, key: as.key, ca: as.ca, checkServerIdentity: () => undefined };

export const echoOf = ({ body }: Answer): Echo => JSON.parse(body) as Echo;

/** The error of the connection, or the status that there should not have been. */
export const refusalOf = (request: Promise<Answer>): Promise<string> =>
  request.then(
    ({ status }) => `answered ${status}`,
    (error: unknown) => String(error),
  );

/** How Node.js tells that the other side ended the connection, in the one moment or the other. */
export const CUT_OFF = /ECONNRESET|EPIPE|socket hang up|socket disconnected|alert/;
