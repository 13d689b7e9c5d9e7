import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keys, certificates and tokens of one cluster, made by the `openssl` command. */
export class Pki {
  private readonly tokens: string[] = [];

  public constructor(
    public readonly directory: string,
    private readonly server: string,
  ) {
    mkdirSync(directory, { recursive: true });
    this.openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', this.path('ca.key'));
    this.openssl(
      ...['req', '-x509', '-new', '-key', this.path('ca.key'), '-subj', '/CN=e2e-ca', '-days', '2'],
      ...['-out', this.path('ca.crt'), '-addext', 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature'],
    );
    this.openssl('genrsa', '-out', this.path('sa.key'), '2048');
    this.openssl('rsa', '-in', this.path('sa.key'), '-pubout', '-out', this.path('sa.pub'));
  }

  public path(file: string): string {
    return join(this.directory, file);
  }

  public get ca(): string {
    return readFileSync(this.path('ca.crt'), 'utf8');
  }

  /** `NAME.crt` and `NAME.key`. */
  public certificate(name: string, subject: string, extensions: readonly string[]): void {
    const [key, request, extension] = ['key', 'csr', 'ext'].map((suffix) => this.path(`${name}.${suffix}`));
    writeFileSync(String(extension), extensions.join('\n'));
    this.openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', String(key));
    this.openssl('req', '-new', '-key', String(key), '-subj', subject, '-out', String(request));
    this.openssl(
      ...['x509', '-req', '-in', String(request), '-CA', this.path('ca.crt'), '-CAkey', this.path('ca.key')],
      ...['-CAcreateserial', '-days', '2', '-extfile', String(extension), '-out', this.path(`${name}.crt`)],
    );
  }

  /** A token for a user, known to the API server from its next start on. @returns it, and a kubeconfig with it */
  public user(name: string, user: string, group = ''): { readonly token: string; readonly kubeconfig: string } {
    const token = randomBytes(16).toString('hex');
    this.tokens.push(`${token},${user},${user},"${group}"`);
    writeFileSync(this.path('tokens.csv'), `${this.tokens.join('\n')}\n`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'e2e', cluster: { server: this.server, 'certificate-authority': this.path('ca.crt') } }],
      users: [{ name: 'me', user: { token } }],
      contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'me' } }],
      'current-context': 'e2e',
    };
    const kubeconfig = this.path(`${name}.kubeconfig`);
    writeFileSync(kubeconfig, JSON.stringify(config));
    return { token, kubeconfig };
  }

  private openssl(...parameters: readonly string[]): void {
    execFileSync('openssl', parameters, { stdio: 'pipe' });
  }
}
