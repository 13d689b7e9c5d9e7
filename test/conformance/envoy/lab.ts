import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  bootstrap,
  bootstrapProblems,
  type EnvoyBootstrap,
  type EnvoyIntent,
  envoyArguments,
  files,
  INBOUND_PORT,
  intentProblems,
  STATS_PATH,
} from '../../../lib/mesh/envoy';
import { bare, spiffe } from '../../mesh/envoy/intents';
import { envoyRecipe } from '../envoy.recipe';
import { freePorts } from '../machine/free-ports';
import { GuardedProcess } from '../machine/guarded-process';
import { until } from '../machine/until';
import { cachedTool } from '../tool-cache';
import { Authority, CertificateFolder } from './authority';
import { DnsServer } from './dns-server';
import { startEchoApp, stopEchoApp } from './echo-app';
import { send } from './http-client';

export interface ProgramOptions {
  /** What differs from a bare intent. */
  readonly intent?: Partial<EnvoyIntent>;
  /** Whose certificate lies in its folder. @default - its own; `'none'` leaves the folder empty */
  readonly certificateOf?: string;
  /** @default - the one of the lab */
  readonly nameServer?: DnsServer;
  /** For a program without inbound: where it knocks, in the place of 8443, which may be somebody's here. */
  readonly selfPort?: number;
  /** A last change of the bootstrap, to show what it is for. */
  readonly change?: (bootstrap: EnvoyBootstrap) => EnvoyBootstrap;
}

/** One Envoy with its files. */
export interface Program {
  readonly intent: EnvoyIntent;
  readonly certificates: CertificateFolder;
  readonly envoy: GuardedProcess;
  /** Value of a counter or gauge, summed over its labels that contain `label`. */
  stat(name: string, label?: string): Promise<number>;
  /** Status of a path of the health port. */
  health(path: string): Promise<number>;
  /** Waits until that status is 200. @returns the seconds it took */
  healthy(path: string, withinSeconds?: number): Promise<number>;
}

/** Real Envoys on loopback, with certificates of one authority. `stop` leaves nothing behind. */
export class Lab {
  public readonly scratch = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-envoys-'));
  public readonly authority = new Authority(join(this.scratch, 'authority'));
  private readonly envoys: GuardedProcess[] = [];
  private dns: DnsServer | undefined;
  private readonly apps = new Map<number, Server>();

  /** Every Envoy of the lab asks this one. */
  public async nameServer(): Promise<DnsServer> {
    this.dns ??= await DnsServer.start();
    return this.dns;
  }

  /** @param name of the program and of its folder; its SPIFFE ID follows from it */
  public async start(name: string, options: ProgramOptions): Promise<Program> {
    const { intent: parts, certificateOf = name, nameServer = await this.nameServer(), selfPort, change } = options;
    const home = join(this.scratch, name);
    mkdirSync(join(home, 'config'), { recursive: true });
    const certificates = new CertificateFolder(join(home, 'certificates'));
    if (certificateOf !== 'none') certificates.put(this.authority.issue(spiffe(certificateOf)));
    const [healthPort, statsPort] = await freePorts(2);
    const intent: EnvoyIntent = {
      ...bare,
      service: name,
      identity: spiffe(name),
      healthPort,
      statsPort,
      adminPipe: join(home, 'admin.sock'),
      configDirectory: join(home, 'config'),
      certificates: { ...bare.certificates, directory: certificates.directory },
      ...parts,
    };
    const problems = [...intentProblems(intent), ...bootstrapProblems(bootstrap(intent))];
    if (problems.length > 0) throw new Error(problems.join('\n'));
    const here = withSelfPort(withResolver(bootstrap(intent), nameServer.port), selfPort);
    for (const [file, text] of Object.entries(files(intent, change?.(here) ?? here))) {
      writeFileSync(join(intent.configDirectory, file), text);
    }
    const parameters = envoyArguments(intent, { serviceNode: `${name}-1` });
    const envoy = new GuardedProcess(`envoy-${basename(home)}`, envoyProgram(), parameters, this.scratch);
    this.envoys.push(envoy);
    const health = (path: string) => send(healthPort, path).then(({ status }) => status);
    const stat = async (metric: string, label = '') =>
      (await send(statsPort, STATS_PATH)).body
        .split('\n')
        .filter((line) => line.startsWith(`${metric}{`) && line.includes(label))
        .reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
    const healthy = async (path: string, withinSeconds = 10) => {
      const start = Date.now();
      await until(`${name} says 200 to ${path}`, withinSeconds, async () => {
        envoy.assertRuns();
        return (await health(path).catch(() => 0)) === 200 ? true : undefined;
      });
      return (Date.now() - start) / 1000;
    };
    await healthy('/live');
    return { intent, certificates, envoy, stat, health, healthy };
  }

  public async startApp(port: number): Promise<void> {
    this.apps.set(port, await startEchoApp(port));
  }

  public async stopApp(port: number): Promise<void> {
    const app = this.apps.get(port);
    this.apps.delete(port);
    if (app !== undefined) await stopEchoApp(app);
  }

  public async stop(): Promise<void> {
    await Promise.all([
      ...this.envoys.map((envoy) => envoy.stop()),
      ...[...this.apps.keys()].map((port) => this.stopApp(port)),
      this.dns?.stop(),
    ]);
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** In the place of the machine's own name servers; nothing else of the bootstrap is touched. */
function withResolver(one: EnvoyBootstrap, port: number): EnvoyBootstrap {
  const resolver = {
    name: 'envoy.network.dns_resolver.cares',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
      resolvers: [{ socket_address: { address: '127.0.0.1', port_value: port } }],
    },
  };
  return Object.assign({}, one, { typed_dns_resolver_config: resolver });
}

const withSelfPort = (one: EnvoyBootstrap, port: number | undefined): EnvoyBootstrap =>
  port === undefined
    ? one
    : JSON.parse(JSON.stringify(one).replaceAll(`"port_value":${INBOUND_PORT}`, `"port_value":${port}`));

function envoyProgram(): string {
  const folder = cachedTool(envoyRecipe);
  if (folder === undefined) throw new Error('Envoy is not in the cache: run prepare.ts');
  return join(folder, 'envoy');
}
