import { execFileSync } from 'node:child_process';

/** What a cluster needs of a machine besides what is built: a command, and the Debian package that has it. */
const COMMANDS = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  ip: 'iproute2',
  iptables: 'iptables',
  ipset: 'ipset',
  openssl: 'openssl',
  curl: 'curl',
  pgrep: 'procps',
  cc: 'gcc libc6-dev',
  protoc: 'protobuf-compiler',
  'pkg-config': 'pkg-config libseccomp-dev',
} as const;

/** Installs what is missing where that can be done. @returns why this machine cannot have a cluster, a line each */
export function missingCommands(): readonly string[] {
  if (process.platform !== 'linux') return ['a cluster needs Linux: namespaces and cgroups'];
  if (process.getuid?.() !== 0) return ['a cluster needs root: run it with sudo'];
  const absent = () =>
    Object.entries(COMMANDS).filter(([command]) => !exists(command) || (command === 'pkg-config' && !hasSeccomp()));
  const packages = absent().flatMap(([, names]) => names.split(' '));
  if (packages.length > 0 && exists('apt-get')) install([...new Set(packages)]);
  return absent().map(([command, names]) => `${command} is missing; Debian has it in ${names}`);
}

function install(packages: readonly string[]): void {
  const apt = (...words: string[]) => execFileSync('apt-get', ['-qq', ...words], { stdio: 'ignore' });
  try {
    process.stderr.write(`e2e: installing ${packages.join(' ')}\n`);
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...packages);
  } catch {
    // What is missing after it is named by its command.
  }
}

const exists = (command: string): boolean => succeeds('sh', '-c', `command -v ${command}`);
const hasSeccomp = (): boolean => succeeds('pkg-config', '--exists', 'libseccomp');

function succeeds(program: string, ...parameters: string[]): boolean {
  try {
    execFileSync(program, parameters, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
