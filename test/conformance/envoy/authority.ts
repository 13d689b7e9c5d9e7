import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate with its key, as PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  /** Of the authority that the bearer trusts. */
  readonly ca: string;
}

/** Signs certificates with one SPIFFE ID each, by the `openssl` command. */
export class Authority {
  public readonly ca: string;

  public constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'openssl.cnf'), OPENSSL_CONFIG);
    this.ca = this.request('ca', ['-addext', 'basicConstraints=critical,CA:true']).certificate;
  }

  /** A new key each time, valid for a day. */
  public issue(spiffeId: string): Certificate {
    const signed = this.request('leaf', [
      ...['-CA', join(this.directory, 'ca.crt'), '-CAkey', join(this.directory, 'ca.key')],
      ...['-addext', 'basicConstraints=critical,CA:false', '-addext', `subjectAltName=critical,URI:${spiffeId}`],
    ]);
    return { ...signed, ca: this.ca };
  }

  private request(name: string, options: readonly string[]): { certificate: string; key: string } {
    const file = (ending: string) => join(this.directory, `${name}.${ending}`);
    openssl([
      ...['req', '-x509', '-config', join(this.directory, 'openssl.cnf'), '-days', '1', '-subj', `/CN=${name}`],
      ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'],
      ...['-keyout', file('key'), '-out', file('crt'), ...options],
    ]);
    return { certificate: readFileSync(file('crt'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
  }
}

const OPENSSL_CONFIG = '[req]\ndistinguished_name = name\n[name]\n';

const openssl = (parameters: readonly string[]) => execFileSync('openssl', parameters, { stdio: 'pipe' });

/**
 * The certificates of one program: a folder whose files lead through one link, `current`, that is moved. All files of a
 * generation appear in the same instant.
 */
export class CertificateFolder {
  private generation = 0;

  /** Empty until the first `put`. */
  public constructor(public readonly directory: string) {
    mkdirSync(directory);
    for (const file of ['tls.crt', 'tls.key', 'ca.crt']) symlinkSync(join('current', file), join(directory, file));
  }

  public put({ certificate, key, ca }: Certificate): void {
    const generation = `generation-${++this.generation}`;
    mkdirSync(join(this.directory, generation));
    for (const [file, text] of Object.entries({ 'tls.crt': certificate, 'tls.key': key, 'ca.crt': ca })) {
      writeFileSync(join(this.directory, generation, file), text);
    }
    symlinkSync(generation, join(this.directory, 'next'));
    renameSync(join(this.directory, 'next'), join(this.directory, 'current'));
  }
}
