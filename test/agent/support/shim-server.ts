import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AgentShim } from '../../../lib/node-pool/installers/agent-settings';
import { newScratch } from './scratch';

export const BINARY = 'containerd-shim-wasmtime-v1';

/** Shims by HTTP, packed by the system's own tar. */
export class ShimServer {
  public static async start(): Promise<ShimServer> {
    const files = new Map<string, Buffer>();
    const hits: string[] = [];
    const server = createServer((request, reply) => {
      hits.push(request.url ?? '');
      const body = files.get(request.url ?? '');
      reply.statusCode = body === undefined ? 404 : 200;
      reply.end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ShimServer(server, files, hits);
  }

  private constructor(
    private readonly server: Server,
    private readonly files: Map<string, Buffer>,
    /** Paths that were asked for. */
    public readonly hits: readonly string[],
  ) {}

  /** A gzipped tar with a shim whose content differs by `name`. */
  public archive(name: string, architecture = 'amd64'): AgentShim {
    const known = this.files.get(`/${name}.tar.gz`);
    if (known !== undefined) return this.serve(`/${name}.tar.gz`, known, architecture);
    const scratch = newScratch();
    mkdirSync(join(scratch, 'inner'));
    writeFileSync(join(scratch, 'inner', BINARY), elf(name));
    writeFileSync(join(scratch, 'inner', 'README.md'), `# ${name}\n`);
    const file = join(scratch, 'shim.tar.gz');
    execFileSync('tar', ['-C', scratch, '-czf', file, './inner']);
    const bytes = readFileSync(file);
    rmSync(scratch, { recursive: true });
    return this.serve(`/${name}.tar.gz`, bytes, architecture);
  }

  public serve(path: string, bytes: Buffer, architecture = 'amd64'): AgentShim {
    this.files.set(path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { architecture, url: `${this.url}${path}`, sha256 };
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** As much of an ELF file as says what it is, and something to tell two of them apart. */
export function elf(name: string, machine = 62): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  return Buffer.concat([header, Buffer.from(name), Buffer.alloc(40_000, name)]);
}
