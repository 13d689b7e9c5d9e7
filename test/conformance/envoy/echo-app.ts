import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** What the program saw of a request. It answers with just that. */
export interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Stands for the program beside an Envoy: HTTP/1.1 on 127.0.0.1. `/slow` takes half a second. */
export async function startEchoApp(port: number): Promise<Server> {
  const server = createServer(async (request, response) => {
    await text(request).catch(() => undefined); // to its end, or to that of the connection
    if (request.url === '/slow') await delay(500);
    const { method, url, headers } = request;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method, url, headers }));
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return server;
}

export async function stopEchoApp(server: Server): Promise<void> {
  server.closeAllConnections();
  await once(server.close(), 'close');
}
