import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Locations } from '../locations';

/** A refusal of the API server. */
export class ApiError extends Error {
  public constructor(
    /** Of HTTP, such as 409. */
    public readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** @default - `application/json` */
  readonly contentType?: string;
}

/** The API server, as the pod's service account. */
export class Api {
  public constructor(
    private readonly locations: Locations,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /**
   * A server that cannot be reached is asked again: restarting k3s takes its API away for a while.
   * @throws ApiError for every answer but success
   */
  public async send<T>(call: ApiCall): Promise<T> {
    for (const end = Date.now() + this.patienceMs; ; await delay(RETRY_MS)) {
      try {
        return (await this.once(call)) as T;
      } catch (error) {
        const passing = !(error instanceof ApiError) || error.status === 503 || error.status === 504;
        if (!passing || Date.now() > end) throw error;
      }
    }
  }

  /** As `send`, undefined where there is no such object. */
  public async find<T>(call: ApiCall): Promise<T | undefined> {
    try {
      return await this.send<T>(call);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The token is read for each call, since the kubelet replaces it. */
  private async once({ method, path, query = {}, body, contentType = 'application/json' }: ApiCall): Promise<unknown> {
    const { serviceAccount, apiServer } = this.locations;
    const [token, ca] = await Promise.all([
      readFile(join(serviceAccount, 'token'), 'utf8'),
      readFile(join(serviceAccount, 'ca.crt'), 'utf8'),
    ]);
    const url = new URL(path, apiServer);
    url.search = new URLSearchParams(query).toString();
    return new Promise((resolve, reject) => {
      const outgoing = request(
        url,
        {
          method,
          ca,
          agent: false,
          timeout: TIMEOUT_MS,
          headers: {
            authorization: `Bearer ${token.trim()}`,
            accept: 'application/json',
            ...(body !== undefined && { 'content-type': contentType }),
          },
        },
        (incoming) => {
          const { statusCode = 0 } = incoming;
          text(incoming)
            .then((content) => {
              if (statusCode > 199 && statusCode < 300) resolve(content === '' ? {} : JSON.parse(content));
              else reject(new ApiError(statusCode, messageOf(content, statusCode)));
            })
            .catch(reject);
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('the API server does not answer')));
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function messageOf(content: string, status: number): string {
  try {
    const { message } = JSON.parse(content) as { readonly message?: unknown };
    return typeof message === 'string' && message !== '' ? message : `HTTP ${status}`;
  } catch {
    return `HTTP ${status}`;
  }
}

const PATIENCE_MS = 120_000;
const RETRY_MS = 1_000;
const TIMEOUT_MS = 30_000;
