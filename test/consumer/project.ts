import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, run, runWell } from '../examples/child';
import { CLONE } from '../examples/places';
import type { PackedPackage } from './package';

/** Versions of the packages that a user installs beside ours. */
export type Peers = Readonly<Record<'cdk8s' | 'cdk8s-plus-28' | 'constructs', string>>;

/** Somebody's project, with the packed package installed. */
export class ConsumerProject {
  public static async install(folder: string, { file }: PackedPackage, peers: Peers): Promise<ConsumerProject> {
    mkdirSync(folder, { recursive: true });
    const project = new ConsumerProject(folder);
    project.write('package.json', JSON.stringify({ name: 'consumer', version: '1.0.0', private: true }));
    const packages = Object.entries(peers).map(([name, version]) => `${name}@${version}`);
    const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await runWell('npm', ['install', ...quietly, '--save-exact', file, ...packages], { cwd: folder });
    cpSync(join(__dirname, 'program/shop.ts'), join(folder, 'shop.ts'));
    return project;
  }

  private constructor(public readonly folder: string) {}

  public write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  public read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  /** Runs a JavaScript file, or says why it ended badly. */
  public node(...parameters: string[]): Promise<Ended> {
    return run(process.execPath, parameters, { cwd: this.folder });
  }

  /** Every error of the compiler, with the libraries' own declarations checked as well. */
  public async compile(outDir: string, moduleOptions: Readonly<Record<string, string>>): Promise<string[]> {
    const compilerOptions = { ...moduleOptions, outDir, target: 'es2022', lib: ['es2022'], types: [], strict: true };
    const config = { compilerOptions: { ...compilerOptions, skipLibCheck: false }, files: ['shop.ts'] };
    this.write(`${outDir}.json`, JSON.stringify(config));
    const { stdout } = await this.node(join(CLONE, 'node_modules/typescript/bin/tsc'), '--project', `${outDir}.json`);
    return stdout.split('\n').filter((line) => /error TS\d+/.test(line));
  }

  /** Names of the packages below node_modules. */
  public installed(): string[] {
    const names = (folder: string) => readdirSync(join(this.folder, 'node_modules', folder)).sort();
    return names('.').flatMap((name) => {
      if (name.startsWith('.')) return [];
      return name.startsWith('@') ? names(name).map((inner) => `${name}/${inner}`) : [name];
    });
  }
}
