// The shop's front door: asks the cart at CART_URL and shows its answer.
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { Fields, OutgoingBody, OutgoingResponse, ResponseOutparam } from 'wasi:http/types@0.2.3';

// addEventListener('fetch', …) would be shorter, but an instance can answer only one such event,
// and some hosts (jco serve) send many requests to one instance.
export const incomingHandler = {
  async handle(request, out) {
    const { status, body } = await route(request);
    respond(out, status, `${JSON.stringify(body)}\n`);
  },
};

async function route(request) {
  const [path] = request.pathWithQuery().split('?');
  if (request.method().tag !== 'get') return failure(405, 'only GET is served here');
  if (path === '/healthz') return { status: 200, body: { status: 'ok' } };
  if (path === '/') return shopfront(traceparentOf(request));
  return failure(404, `nothing is served at ${path}`);
}

async function shopfront(traceparent) {
  // Read at each request: the component is a snapshot taken at build time, where no variable is set.
  const cartUrl = new Map(getEnvironment()).get('CART_URL');
  if (cartUrl === undefined) return failure(500, 'the environment variable CART_URL is not set');
  try {
    const answer = await fetch(new URL('/cart', cartUrl), { headers: { traceparent } });
    const text = await answer.text();
    if (!answer.ok) return failure(502, `the cart at ${cartUrl} answered ${answer.status}: ${text.trim()}`);
    return { status: 200, body: { service: 'gateway', cart: JSON.parse(text), traceparent } };
  } catch (error) {
    return failure(502, `the cart at ${cartUrl} cannot be asked: ${error.message}`);
  }
}

// A request that comes without a trace begins one here: https://www.w3.org/TR/trace-context/#traceparent-header
function traceparentOf(request) {
  const [received] = request.headers().get('traceparent');
  if (received !== undefined) return new TextDecoder().decode(received);
  const hex = (length) => {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  return `00-${hex(16)}-${hex(8)}-01`;
}

function failure(status, error) {
  return { status, body: { error } };
}

function respond(out, status, text) {
  const encode = (value) => new TextEncoder().encode(value);
  const response = new OutgoingResponse(Fields.fromList([['content-type', encode('application/json')]]));
  response.setStatusCode(status);
  const body = response.body();
  ResponseOutparam.set(out, { tag: 'ok', val: response });

  const bytes = encode(text);
  const stream = body.write();
  // WASI takes at most 4096 bytes in one such call.
  for (let at = 0; at < bytes.length; at += 4096) stream.blockingWriteAndFlush(bytes.subarray(at, at + 4096));
  stream[Symbol.dispose](); // a body with an open stream cannot be finished
  OutgoingBody.finish(body, undefined);
}
