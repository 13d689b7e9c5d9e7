import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

/** A program that says how it is: HTTP/1.1 on 127.0.0.1, and everything but `/healthz` always works. */
export class HealthApp {
  public static async start(port: number): Promise<HealthApp> {
    const app = new HealthApp();
    await once(app.server.listen(port, '127.0.0.1'), 'listening');
    return app;
  }

  /** What it answers to the next questions; `'nothing'` for no answer at all. Afterwards `usual` again. */
  public readonly next: (number | 'nothing')[] = [];
  public usual: number | 'nothing' = 200;
  /** Headers of the questions so far. */
  public readonly questions: IncomingHttpHeaders[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      if (request.url !== '/healthz') return response.end('works');
      this.questions.push(request.headers);
      const answer = this.next.shift() ?? this.usual;
      if (answer !== 'nothing') response.writeHead(answer).end();
      return response;
    });
  }

  /** Waits until it was asked so many times more. */
  public async asked(times: number): Promise<void> {
    const enough = this.questions.length + times;
    while (this.questions.length < enough) await once(this.server, 'request');
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), 'close');
  }
}
