import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type IWasmWorkload, WasmCronJob, WasmJob, WasmMicroservice, WasmNodePool, WasmPolicy } from 'cdk8s-wasm';
import type { IConstruct } from 'constructs';
import { parseAllDocuments } from 'yaml';

/** Synthesises the program beside this file and says what came out. */

async function main(): Promise<void> {
  const outdir = join(__dirname, 'dist');
  rmSync(outdir, { recursive: true, force: true });
  process.env.CDK8S_OUTDIR = outdir;
  const start = process.hrtime.bigint();
  // Loaded late: it synthesises when it is loaded, to where the environment says.
  const { app } = await import('./main.js');
  const milliseconds = Number((process.hrtime.bigint() - start) / 1_000_000n);
  const constructs = app.node.findAll();

  say(`polyglot-shop: synthesised in ${milliseconds} ms, without network or cluster`);
  say(
    'Guests',
    table(['name', 'runs as', 'kind', 'WASI', 'world', 'format', 'size', 'image'], constructs.flatMap(guestRow)),
  );
  say(
    'Pools',
    table(['name', 'runtime', 'RuntimeClass', 'pods go to nodes with', 'nodes'], constructs.flatMap(poolRow)),
  );

  const yaml = readdirSync(outdir).map((file) => readFileSync(join(outdir, file), 'utf8'));
  const objects = yaml.flatMap((text) => parseAllDocuments(text)).map((document) => document.toJS() as Emitted);
  say(
    'Nodes: what happens before pods come',
    table(
      ['pool', 'a node comes with', 'then', 'runs', 'and gets'],
      constructs.flatMap((construct) => nodeRows(construct, objects)),
    ),
  );
  say(
    'Mesh: who may call whom, and as whom',
    table(
      ['caller', 'told by', 'callee', 'identity of the caller', 'identity of the callee'],
      constructs.flatMap((construct) => callRows(construct, objects)),
    ),
  );
  say(
    'Policy: what is refused, and by whom',
    table(['rule', 'what it says', 'enforced by'], constructs.flatMap(ruleRows)),
  );
  say(
    'Objects',
    [...countsOf(objects.map((object) => object.kind))].map(([kind, count]) => `${count} ${kind}`).join(', '),
  );

  const typed = countLines(readFileSync(join(__dirname, 'main.ts'), 'utf8'));
  // What is in ConfigMaps is not YAML that anybody would type: the proxies' configuration, the node agent.
  const documents = yaml.flatMap((text) => text.split('\n---\n')).filter((text) => !/^kind: ConfigMap$/m.test(text));
  const emitted = countLines(documents.join('\n'));
  const there = relative(process.cwd(), outdir);
  say(
    `${typed} lines typed, ${emitted} lines of YAML in ${objects.length} objects: ${(emitted / typed).toFixed(0)} to 1`,
  );
  say(`The YAML is in ${there}. Next: kubectl apply --server-side -f ${there}`);
}

function guestRow(construct: IConstruct): string[][] {
  const kind = runsAs(construct);
  if (kind === undefined) return [];
  const { name, image, format } = construct as IWasmWorkload;
  if (format === undefined) return [];
  const size = `${((image.sizeBytes ?? 0) / 1024 / 1024).toFixed(1)} MiB`;
  const reference = image.referenceIn(format).replace(/(sha256:[a-f0-9]{12}).*/, '$1…');
  return [[name, kind, image.kind ?? '', image.wasi ?? '', image.world ?? '', format, size, reference]];
}

function runsAs(construct: IConstruct): string | undefined {
  if (construct instanceof WasmMicroservice) return 'service';
  if (construct instanceof WasmCronJob) return 'on a schedule';
  return construct instanceof WasmJob ? 'once' : undefined;
}

/** As far as pods and Certificates are concerned. */
interface Emitted {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly uris?: string[];
    readonly template?: {
      readonly spec: { readonly containers: EmittedContainer[]; readonly initContainers?: EmittedContainer[] };
    };
  };
}

interface EmittedContainer {
  readonly name: string;
  readonly env?: { readonly name: string; readonly value?: string }[];
}

/** A call: the variable of the emitted Deployment that leads the caller to its proxy, and the certificates of both. */
function callRows(construct: IConstruct, objects: readonly Emitted[]): string[][] {
  if (!(construct instanceof WasmMicroservice)) return [];
  const find = (wanted: string, name: string) =>
    objects.find(({ kind, metadata }) => kind === wanted && metadata.name === name)?.spec;
  const identity = (name: string) => find('Certificate', name)?.uris?.join() ?? '';
  const containers = find('Deployment', construct.name)?.template?.spec.containers ?? [];
  const environment = containers.flatMap(({ env = [] }) => env);
  return construct.callees.map(({ name }) => {
    const told = environment.find((one) => one.name === `${name.toUpperCase()}_URL`);
    return [construct.name, `${told?.name}=${told?.value}`, name, identity(construct.name), identity(name)];
  });
}

const ruleRows = (construct: IConstruct): string[][] =>
  construct instanceof WasmPolicy
    ? WasmPolicy.rules.map(({ id, title, enforcers }) => [
        id,
        title,
        enforcers.filter((one) => construct.enforcers.includes(one)).join(', '),
      ])
    : [];

/** The gate of a pool, and the phases of the DaemonSet that opens it. */
function nodeRows(construct: IConstruct, objects: readonly Emitted[]): string[][] {
  if (!(construct instanceof WasmNodePool)) return [];
  const { name, startupTaints, nodeSelector } = construct.intent;
  const installer = objects.find(
    ({ kind, metadata }) => kind === 'DaemonSet' && metadata.labels?.['app.kubernetes.io/name'] === name,
  );
  const { initContainers = [], containers = [] } = installer?.spec?.template?.spec ?? {};
  const phases = [...initContainers, ...containers].map((container) => container.name).join(' → ');
  const gate = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
  return [
    installer === undefined
      ? [name, 'its shim', '', 'nothing of this program', `${gate} from its owner`]
      : [
          name,
          startupTaints.map((taint) => taint.toAks()).join(),
          installer.metadata.name,
          phases,
          'no taint any more, once something ran',
        ],
  ];
}

const poolRow = (construct: IConstruct): string[][] => {
  if (!(construct instanceof WasmNodePool)) return [];
  const { name, runtime, nodeSelector } = construct.intent;
  const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
  return [[name, runtime.name, construct.runtimeClassName ?? '', labels.join(','), construct.provisioner.api]];
};

/** Columns as wide as their widest cell. */
function table(head: string[], rows: string[][]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function countsOf(kinds: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Neither blank nor only a comment nor a separator. */
const countLines = (text: string): number => text.split('\n').filter((line) => !/^\s*($|\/\/|#|---)/.test(line)).length;

const say = (title: string, body?: string): void => {
  process.stdout.write(body === undefined ? `${title}\n\n` : `${title}\n${body.replace(/^/gm, '  ')}\n\n`);
};

void main();
