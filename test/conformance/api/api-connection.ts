import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  /** @default - `application/json` */
  readonly contentType?: string;
}

export interface ApiReply {
  readonly body: unknown;
  /** What `kubectl` prints as `Warning: …`. */
  readonly warnings: readonly string[];
}

export interface ApiCause {
  readonly field?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The API server's refusal, as its Status object says. */
export class ApiError extends Error {
  public constructor(
    /** Of HTTP, such as 422. */
    public readonly status: number,
    /** Such as `Invalid`. */
    public readonly reason: string,
    message: string,
    /** A field each, where the server names fields. */
    public readonly causes: readonly ApiCause[] = [],
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** One user's way to one API server. */
export class ApiConnection {
  private readonly agent: Agent;

  /** @param certificates PEM of whom to trust, and of nobody else */
  public constructor(
    public readonly url: string,
    private readonly token: string,
    certificates: string,
  ) {
    this.agent = new Agent({ ca: certificates, keepAlive: true });
  }

  /** @throws ApiError for every answer but success */
  public send({ method, path, body, contentType = 'application/json' }: ApiRequest): Promise<ApiReply> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, this.url),
        {
          method,
          agent: this.agent,
          headers: {
            authorization: `Bearer ${this.token}`,
            accept: 'application/json',
            ...(body !== undefined && { 'content-type': contentType }),
          },
        },
        (incoming) => {
          const { statusCode: status = 0, headers } = incoming;
          text(incoming)
            .then((content) => {
              const answer = parse(content, headers['content-type']);
              if (status < 200 || status > 299) throw refusal(status, answer);
              resolve({ body: answer, warnings: warningsOf(headers.warning) });
            })
            .catch(reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  public close(): void {
    this.agent.destroy();
  }
}

/** /readyz and its like answer in plain text. */
function parse(content: string, contentType = ''): unknown {
  return contentType.startsWith('application/json') ? JSON.parse(content) : content;
}

function refusal(status: number, answer: unknown): ApiError {
  if (typeof answer !== 'object' || answer === null) return new ApiError(status, 'Unknown', String(answer));
  const { reason = 'Unknown', message = '', details } = answer as Status;
  return new ApiError(status, reason, message, details?.causes);
}

interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly ApiCause[] };
}

/** `299 - "text", 299 - "text"`, a quote inside written as `\"` */
function warningsOf(header = ''): string[] {
  return [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted]) => quoted.replace(/\\(.)/g, '$1'));
}
