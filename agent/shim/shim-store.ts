import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentSettings, AgentShim } from '../../lib/node-pool/installers/agent-settings';
import { remove, replaceBy, replaceSymlink, symlinkTarget } from '../host/durable-file';
import { type Locations, onHost } from '../locations';
import { Refusal } from '../refusal';
import { download } from './download';
import { runningOn, unpack } from './unpack';

/** A handler's own, so that two pools with the same shim on one node cannot take it away from each other. */
export const shimDirectory = ({ installDirectory, handler }: AgentSettings): string =>
  join(installDirectory, handler, 'bin');

/**
 * The shims of a handler: in `shimDirectory`, `<first 12 digits of the sha256>/<binary>`, written once and never again,
 * and beside them the symlink `<binary>` that the handler table names. To move the symlink is the whole upgrade:
 * containerd looks the path up whenever it starts a pod, and need not be restarted.
 */
export class ShimStore {
  private readonly directory: string;

  public constructor(
    private readonly settings: AgentSettings,
    private readonly locations: Locations,
  ) {
    this.directory = onHost(locations, shimDirectory(settings));
  }

  /** @returns the version that `link` takes */
  public async place(architecture: string): Promise<string> {
    const shim = this.shimFor(architecture);
    const version = shim.sha256.slice(0, VERSION_DIGITS);
    if (!existsSync(this.fileOf(version))) await this.fetchInto(this.fileOf(version), shim, architecture);
    return version;
  }

  public async linked(): Promise<string | undefined> {
    const target = await symlinkTarget(this.link);
    return target?.split('/')[0];
  }

  /** @param version undefined takes the link away */
  public async relink(version: string | undefined): Promise<void> {
    if (version === undefined) await remove(this.link);
    else await replaceSymlink(this.link, join(version, this.settings.binary));
  }

  /** Versions of this binary, linked or not. */
  public async versions(): Promise<string[]> {
    if (!existsSync(this.directory)) return [];
    const names = await readdir(this.directory);
    return names.filter((name) => VERSION.test(name) && existsSync(this.fileOf(name))).sort();
  }

  public async removeVersion(version: string): Promise<void> {
    await remove(join(this.directory, version));
  }

  private get link(): string {
    return join(this.directory, this.settings.binary);
  }

  private fileOf(version: string): string {
    return join(this.directory, version, this.settings.binary);
  }

  private shimFor(architecture: string): AgentShim {
    const shim = this.settings.shims.find((candidate) => candidate.architecture === architecture);
    if (shim !== undefined) return shim;
    const known = this.settings.shims.map((candidate) => candidate.architecture).join(', ');
    throw new Refusal(`this node is ${architecture}, and the shims are for ${known || 'nothing'}`);
  }

  private async fetchInto(target: string, shim: AgentShim, architecture: string): Promise<void> {
    const scratch = await mkdtemp(join(this.locations.handOver, 'download-'));
    try {
      const file = join(scratch, 'shim');
      await download(shim.url, shim.sha256, file);
      await unpack(file, this.settings.binary, (content) =>
        replaceBy(target, 0o755, async (output) => {
          for await (const chunk of runningOn(architecture, content)) await output.writeFile(chunk);
        }),
      );
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

const VERSION_DIGITS = 12;
const VERSION = /^[0-9a-f]{12}$/;

/** Kubernetes' name of this process' architecture. */
export const nodeArchitecture = (): string => (process.arch === 'x64' ? 'amd64' : process.arch);
