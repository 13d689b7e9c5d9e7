// node --require sealed.cjs PROGRAM: a process without network, child processes, clock and chance. What the program
// tries is thrown back at it and written to the file in SEALED_LOG, so that catching the error hides nothing.
// tsx compiles in a worker of its own, which is not sealed.
const { appendFileSync } = require('node:fs');

const log = process.env.SEALED_LOG;
function refuse(what) {
  return () => {
    appendFileSync(log, `${what}\n`);
    throw new Error(`${what} is sealed`);
  };
}
function seal(name, methods, object = require(name)) {
  for (const method of methods) object[method] = refuse(`${name}.${method}`);
}

const { Socket } = require('node:net');
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...given) {
  // tsx asks whether a watching tsx is the parent of this process, over a pipe in a folder of its own.
  const { path = '' } = [given[0]].flat()[0];
  return /[\\/]tsx-[^\\/]+[\\/]\d+\.pipe$/.test(path) ? connect.apply(this, given) : refuse('node:net.connect')();
};
seal('node:net', ['listen'], require('node:net').Server.prototype);
seal('node:dgram', ['bind', 'connect', 'send'], require('node:dgram').Socket.prototype);
const resolvers = ['lookup', 'lookupService', 'resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveTxt', 'reverse'];
seal('node:dns', resolvers);
seal('node:dns', resolvers, require('node:dns').promises);
seal('node:child_process', ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']);
const crypto = require('node:crypto');
const { randomUUID } = crypto;
seal('node:crypto', ['randomBytes', 'randomFillSync', 'randomInt', 'randomUUID']);
const refused = crypto.randomUUID;
// tsx names its temporary files with it.
crypto.randomUUID = () => (/[\\/]tsx[\\/]dist[\\/]/.test(new Error().stack.split('\n')[2]) ? randomUUID() : refused());
globalThis.fetch = refuse('fetch');

// Read by libraries for other reasons than output, so not refused but wrong.
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [RealDate.UTC(2001, 1, 3)] : given));
  }
  static now() {
    return RealDate.UTC(2001, 1, 3);
  }
};
Math.random = () => 0.75;
require('node:module').syncBuiltinESMExports();
